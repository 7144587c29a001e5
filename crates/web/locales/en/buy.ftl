buy-title = Buy credits
deal-buy = Buy
buy-once = Buy once
auto-renew = Auto-renew
renews-every = Auto-renewal adds the package again { $every }, until you cancel.
renew-this = Renew this instead
deal-choose = Choose
change-to-this = Change to this
deal-continue = Continue
deal-plans = Plans
deal-packages = Credit packages
packages-on-top = More credits, whenever you need them
your-plan = Your plan
your-renewal = Your auto-renewal
credits-every = { $credits } { $every }
each-seat = { $every }, each seat
credits-every-seat = { $credits } { $every }, for each seat
credits-for = { $credits } for { $price } { $every }
price-every = { $price } { $every }
deal-free = Free
deal-bonus = and { $credits } as a bonus
deal-trial = Free for { $length } at first, with { $credits }.
from-to = { $from } to { $to }
at-least = { $credits } or more
on-request = On request
per-credit = { $price } per credit
per-credit-from = from { $price } per credit
deal-saving = Save { $percent }%
per-credit-note = Prices per credit are exact to four decimals. What you save is compared with the dearest credit here, rounded down to whole percent.
no-refunds = Purchased credits are not refunded.
cancel-any-time = You can cancel at any time. Credits that you have stay.
tiers-all = All credits of an order have the price of its tier.
tiers-graduated = Each tier’s price is for the credits within it.
tier-from = From
price-for = For { $credits }
price-each = Per credit
ask-for-quote = Ask for a quote
quote-subject = { $program }: a quote for { $name }

every-hours = { $count ->
    [one] every hour
   *[other] every { $count } hours
}
every-days = { $count ->
    [one] every day
   *[other] every { $count } days
}
every-months = { $count ->
    [one] every month
   *[other] every { $count } months
}
every-years = { $count ->
    [one] every year
   *[other] every { $count } years
}
length-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
length-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
length-months = { $count ->
    [one] 1 month
   *[other] { $count } months
}
length-years = { $count ->
    [one] 1 year
   *[other] { $count } years
}

state-active = Active
state-trial = Free trial
state-past-due = Payment overdue
state-paused = Paused
state-ends = Ends on { $date }
state-rests = Pauses on { $date }
until-then = Until { $date }
from-then = From { $date }
next-credits = Next credits
next-payment = Next payment
next-amount = Then to pay
rests-until = Paused until
paid-with = Paid with
deal-since = Since
past-due = The payment of { $price } did not work.
asked-again = It is tried again on { $date }.
being-asked = It is being tried again right now.
pay-now = Pay now, with any card
cancel-plan = Cancel plan
cancel-renewal = Cancel auto-renewal
resume-plan = Resume plan
resume-renewal = Resume auto-renewal
keep-current = Keep the current one
cancel-now = It ends right away, and nothing more is charged.
cancel-then = Nothing more is charged. It ends on { $date }.
cancel-credits-stay = Credits that were already added stay yours.
cancel-plan-credits = Plan credits can be used until the plan ends. Credits that you bought stay yours.
cancel-undo = Until then you can change your mind.
cancel-not = Don’t cancel

deal-quotes = Offers made for you
quote-until = You can accept it until { $date }.
quote-accept = Accept

review-order = Check your order
review-change = Check the change
review-same = That is what you have already.
review-changed = This is what it is now. Nothing was bought: check it, and confirm once more.
back-to-offers = Back to all offers
deal-what = What
you-get = You get
deal-renews = Renews
renews-first = { $price }, for the first time on { $date }
from-now-on = From now on
to-pay-now = To pay now
confirm-free = Start now
buy-for = Buy now for { $price }
lives-with-period = until the period ends
lives-for = can be used for { $length }
lives-for-ever = do not expire
nothing-now = Nothing is charged now.
change-from = Change from { $date }
deal-quantity = Quantity
deal-seats = Seats
recalculate = Recalculate
pay-with = Pay with
pay-otherwise = Another card, on the payment page
pay-next = You choose how to pay on the next page.

top-up = Auto top-up
top-up-how = Buys a package by itself when your credits run low, so that nothing stops.
top-up-on = Buy automatically
top-up-package = Package
top-up-below = When there are fewer than
top-up-to = Fill up to (optional)
top-up-cap = Monthly limit in { $currency } (optional)
top-up-hints = As many packages are bought in one go as are needed. It needs a stored card.
top-up-is-on = Auto top-up is on
top-up-method = { $method } is charged.
top-up-no-method = A card is stored with your next purchase.
top-up-spent = Spent this month: { $price }.
top-up-under-way = A purchase is under way
top-up-declined = Paused, as your card was declined several times. Buy a package with another card, then save these settings again.
top-up-capped = Paused until { $date }, as this month’s limit is reached. Set a higher one to go on now.
top-up-needs-method = Paused, as no card is stored. Buy a package once, then save these settings again.
typed-credits = Enter the credits as a number.
typed-target = Fill up to at least the level at which it buys.
typed-money = Enter the limit as an amount above zero, or leave it empty.

history-title = History
history-caption = Every movement, newest first
history-when = When
history-what = What
history-change = Change
history-balance = Balance
history-member = By { $value }
history-department = Department: { $value }
history-reference = Reference: { $value }
history-pages = Older and newer movements
history-empty = Nothing has happened yet. What you spend and buy appears here at once.
history-none = Nothing matches these filters.
history-not-yet = Nothing found so far. Go on with “Older” to look further back.
list-of = { $rest } and { $last }

filter-title = Filter
filter-kind = Kind of movement
filter-action = What for
filter-class = Kind of credits
filter-member = Member
filter-department = Department
filter-from = From
filter-to = To
filter-all-kinds = All movements
filter-all-actions = Everything
filter-all-classes = All credits
filter-show = Show
filter-clear = Clear the filters
filter-wrong-date = That is not a date. Write it as 2027-03-31.
download-csv = Download as CSV

kind-spent = Spent
kind-given-back = Given back
kind-bought = Bought
kind-received = Received
kind-ended = Ended
kind-taken-back = Taken back
kind-account = Account

no-action = Other credits
told-many = { $name } × { $quantity }
told-returned = Given back: { $name }
told-released = Ended while it was set aside: { $name }
told-bought = Bought { $credits }
told-plan = { $credits } with your plan
told-bonus = { $credits } as a bonus
told-starter = { $credits } to begin with
told-promotion = { $credits } as a gift
told-rollover = { $credits } carried over
told-reissue = { $credits } given again, as they had expired
told-added = { $credits } added
told-from = { $what }, from { $day }
told-started = { $credits } can be used now
told-expired = Expired
told-voided = Taken back
told-adjusted = Corrected
told-clawed-back = Taken back, as the payment was
told-overdrawn = The balance went below zero
told-recovered = The balance is no longer below zero
told-suspended = The account was suspended
told-restored = The account works again
told-opened = The account was opened
told-closed = The account was closed
told-reopened = The account was opened again
told-declined = Payment declined: { $name }
told-order-failed = Not paid: { $name }
told-order-canceled = Order canceled: { $name }
told-refunded = Money refunded: { $money }
told-disputed = Payment disputed: { $money }
told-dispute-closed = The dispute about the payment has ended
told-plan-started = { $name } began
told-plan-changed = Changed to { $name }
told-plan-cancel = { $name } ends on { $day }
told-plan-resumed = { $name } goes on
told-plan-paused = { $name } is paused
told-plan-ended = { $name } ended
told-plan-unpaid = { $name } ended, as it was not paid

part-starter = { $form ->
    [one] { $number } welcome credit
   *[other] { $number } welcome credits
}
part-plan = { $form ->
    [one] { $number } plan credit
   *[other] { $number } plan credits
}
part-purchase = { $form ->
    [one] { $number } bought credit
   *[other] { $number } bought credits
}
part-bonus = { $form ->
    [one] { $number } bonus credit
   *[other] { $number } bonus credits
}
part-promotion = { $form ->
    [one] { $number } promotional credit
   *[other] { $number } promotional credits
}
part-rollover = { $form ->
    [one] { $number } carried-over credit
   *[other] { $number } carried-over credits
}
part-reissue = { $form ->
    [one] { $number } credit given back
   *[other] { $number } credits given back
}
part-adjustment = { $form ->
    [one] { $number } credit of a correction
   *[other] { $number } credits of a correction
}
part-until = { $part } until { $day }

csv-time = Time
csv-day = Time in UTC
csv-kind = Kind
csv-action = Action
csv-unit = Unit
csv-reference = Reference
csv-why = Why
csv-grants = Credits used
csv-id = Id
csv-cut = There is more: a file has at most { $rows } rows. Choose dates, and download the rest in parts.
csv-broken = The file ends here, as the rest can’t be told right now. Download it again in a moment.

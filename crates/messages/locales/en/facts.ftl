# What stands before a fact. An attribute is for one kind of message, where it is called something else.

fact-available = Balance
fact-threshold = Warning level
fact-since = Below zero since
fact-deadline = To be settled by
fact-name = Product
    .order-credited = Purchase
    .order-failed = Purchase
    .order-disputed = Purchase
    .order-refunded = Purchase
    .quote-ready = Offer
    .subscription-changed = New
    .top_up-paused = Top-up
fact-from = Before
fact-credits = You get
    .order-credited = Added
    .order-disputed = Taken back
    .order-refunded = Taken back
    .renewal-near = Will be added
    .renewal-done = Added
    .subscription-started = Each period
    .subscription-changed = Each period
    .credits-expiring = Expiring soon
fact-price = Price
    .order-credited = Paid
    .order-failed = Not paid
    .order-disputed = Disputed
    .order-refunded = Refunded
    .renewal-near = Will be charged
    .renewal-done = Paid
    .renewal-failed = Not paid
    .subscription-started = Price each period
    .subscription-changed = Price each period
fact-order = Order
fact-reason = Reason
fact-quote = Offer number
fact-until = Valid until
fact-renews_at = Renews on
fact-next_at = Next renewal
fact-next_attempt_at = Next attempt
fact-effective_at = Changes on
fact-ended_at = Ended on
fact-declines = Declined payments
fact-expires_at = Expire on
fact-spent = Spent
fact-month = Month
fact-by_action = By service
fact-file = Attached
fact-url = Endpoint
fact-failing_since = Nothing arrived since
fact-why = What was said last
fact-endpoint = Id

# Why a payment failed, by the code that the event says. For other codes nothing is said.
reason-card_declined = The card was declined
reason-expired_card = The card has expired
reason-insufficient_funds = Not enough money in the account
reason-authentication_required = The bank asks for your confirmation
reason-processing_error = The bank could not process it
reason-not_approved = It was not approved
reason-declined = The payment was declined
reason-capped = The month's limit is reached
reason-no_method = No payment method is stored

# What a share of credits is called that no service was named for.
no-action = Other credits

# What a receipt says. Sums, numbers and dates come ready, as the language writes them.

title = Receipt
title-test = Test receipt
name = { $title } { $number } – { $program }
paid-on = Paid on { $date }
paid-on-test = Test payment of { $date }
test = Test. No money has moved, and nothing was bought.

refunded-part = { $amount } of this payment has been refunded.
refunded-all = This payment has been refunded in full.
disputed = The bank has disputed this payment and asked for the money back.

fact-payer = Paid by
fact-account = Account
fact-method = Paid with
fact-order = Order
fact-reference = Payment reference

column-what = Description
column-quantity = Quantity
column-credits = Credits
column-amount = Amount
column-amount-in = Amount in { $currency }

sum-total = Total
sum-refunded = Refunded
sum-left = Total after refund

questions = Questions?
page = Page { $page } of { $pages }

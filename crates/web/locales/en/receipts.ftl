receipts-title = Receipts
receipts-caption = Each receipt is a page that can be printed, and a PDF.
no-receipts = There is no receipt yet. There is one for each purchase.
receipt-number = Receipt
receipt-amount = Amount
receipt-file = File
receipts-newest = Newest

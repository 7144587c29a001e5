receipts-title = Belege
receipts-caption = Jeder Beleg ist eine Seite zum Drucken und ein PDF.
no-receipts = Es gibt noch keinen Beleg. Zu jedem Kauf gehört einer.
receipt-number = Beleg
receipt-amount = Betrag
receipt-file = Datei
receipts-newest = Neueste

title = Quittung
title-test = Testquittung
name = { $title } { $number } – { $program }
paid-on = Bezahlt am { $date }
paid-on-test = Testzahlung vom { $date }
test = Test. Es ist kein Geld geflossen, und es wurde nichts gekauft.

refunded-part = Von dieser Zahlung wurden { $amount } erstattet.
refunded-all = Diese Zahlung wurde vollständig erstattet.
disputed = Die Bank hat diese Zahlung beanstandet und das Geld zurückgefordert.

fact-payer = Bezahlt von
fact-account = Konto
fact-method = Bezahlt mit
fact-order = Bestellung
fact-reference = Zahlungsreferenz

column-what = Beschreibung
column-quantity = Menge
column-credits = Credits
column-amount = Betrag
column-amount-in = Betrag in { $currency }

sum-total = Summe
sum-refunded = Erstattet
sum-left = Summe nach Erstattung

questions = Fragen?
page = Seite { $page } von { $pages }

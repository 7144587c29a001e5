prices-title = Was kostet was
prices-how = Credits werden abgezogen, wenn Sie etwas nutzen, und kommen zurück, wenn es misslingt.
prices-use = Nutzung
prices-costs = Kostet
no-prices = Noch hat nichts einen Preis.
once-a-session = einmal je Sitzung, wie oft es auch genutzt wird
per-one = je angefangene Einheit ({ $label })
per-block = je angefangene { $block }
per-block-of = je angefangene { $block } × { $label }
next-included = { $count ->
    [one] Die nächste nach der ersten kostet nichts.
   *[other] Die nächsten { $count } nach der ersten kosten nichts.
}
costs-at-least = Mindestens { $credits }.
prices-otherwise = In allen anderen Fällen
prices-yes = ja
prices-no = nein
calculator = Rechner
how-often = Wie viele
calculate = Berechnen
cost-of = für { $count } × { $what }
prices-leaves = Sie haben { $available }. { $left } blieben übrig.
prices-lacks = Sie haben { $available }. { $short } fehlen.
no-price = Dafür gibt es keinen Preis. Wählen Sie andere Werte.
no-price-quantity = Geben Sie eine ganze Zahl ab 1 ein.
no-price-yet = Füllen Sie „{ $name }“ aus und berechnen Sie dann.
no-price-attribute = Füllen Sie „{ $name }“ mit einem Wert aus, den es gibt.

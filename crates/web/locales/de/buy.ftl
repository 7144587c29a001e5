buy-title = Credits kaufen
deal-buy = Kaufen
buy-once = Einmal kaufen
auto-renew = Automatisch verlängern
renews-every = Mit Verlängerung kommt das Paket { $every } dazu, bis Sie kündigen.
renew-this = Stattdessen verlängern
deal-choose = Wählen
change-to-this = Hierzu wechseln
deal-continue = Weiter
deal-plans = Pläne
deal-packages = Credit-Pakete
packages-on-top = Mehr Credits, wann immer Sie sie brauchen
your-plan = Ihr Plan
your-renewal = Ihre automatische Verlängerung
credits-every = { $credits } { $every }
each-seat = { $every }, je Platz
credits-every-seat = { $credits } { $every }, je Platz
credits-for = { $credits } für { $price } { $every }
price-every = { $price } { $every }
deal-free = Kostenlos
deal-bonus = und { $credits } als Bonus
deal-trial = Anfangs { $length } kostenlos, mit { $credits }.
from-to = { $from } bis { $to }
at-least = { $credits } oder mehr
on-request = Auf Anfrage
per-credit = { $price } je Credit
per-credit-from = ab { $price } je Credit
deal-saving = { $percent } % gespart
per-credit-note = Preise je Credit sind auf vier Stellen genau. Die Ersparnis ist mit dem teuersten Credit hier verglichen und auf ganze Prozent abgerundet.
no-refunds = Gekaufte Credits werden nicht erstattet.
cancel-any-time = Sie können jederzeit kündigen. Credits, die Sie haben, bleiben.
tiers-all = Alle Credits einer Bestellung haben den Preis ihrer Stufe.
tiers-graduated = Der Preis einer Stufe gilt für die Credits in ihr.
tier-from = Ab
price-for = Für { $credits }
price-each = Je Credit
ask-for-quote = Angebot anfragen
quote-subject = { $program }: ein Angebot für { $name }

every-hours = { $count ->
    [one] jede Stunde
   *[other] alle { $count } Stunden
}
every-days = { $count ->
    [one] jeden Tag
   *[other] alle { $count } Tage
}
every-months = { $count ->
    [one] jeden Monat
   *[other] alle { $count } Monate
}
every-years = { $count ->
    [one] jedes Jahr
   *[other] alle { $count } Jahre
}
length-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
}
length-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}
length-months = { $count ->
    [one] 1 Monat
   *[other] { $count } Monate
}
length-years = { $count ->
    [one] 1 Jahr
   *[other] { $count } Jahre
}

state-active = Aktiv
state-trial = Kostenlose Probe
state-past-due = Zahlung überfällig
state-paused = Pausiert
state-ends = Endet am { $date }
state-rests = Pausiert ab { $date }
until-then = Bis { $date }
from-then = Ab { $date }
next-credits = Nächste Credits
next-payment = Nächste Zahlung
next-amount = Dann zu zahlen
rests-until = Pausiert bis
paid-with = Bezahlt mit
deal-since = Seit
past-due = Die Zahlung von { $price } hat nicht geklappt.
asked-again = Der nächste Versuch ist am { $date }.
being-asked = Sie wird gerade noch einmal versucht.
pay-now = Jetzt zahlen, mit beliebiger Karte
cancel-plan = Plan kündigen
cancel-renewal = Verlängerung kündigen
resume-plan = Plan fortsetzen
resume-renewal = Verlängerung fortsetzen
keep-current = Beim Bisherigen bleiben
cancel-now = Sie endet sofort, und nichts wird mehr abgebucht.
cancel-then = Es wird nichts mehr abgebucht. Das Ende ist am { $date }.
cancel-credits-stay = Credits, die schon gutgeschrieben sind, behalten Sie.
cancel-plan-credits = Plan-Credits gelten, bis der Plan endet. Gekaufte Credits behalten Sie.
cancel-undo = Bis dahin können Sie es sich anders überlegen.
cancel-not = Nicht kündigen

deal-quotes = Angebote für Sie
quote-until = Sie können es bis { $date } annehmen.
quote-accept = Annehmen

review-order = Bestellung prüfen
review-change = Änderung prüfen
review-same = Das haben Sie schon.
review-changed = So ist es jetzt. Nichts wurde gekauft: Prüfen Sie es und bestätigen Sie noch einmal.
back-to-offers = Zurück zu allen Angeboten
deal-what = Was
you-get = Sie erhalten
deal-renews = Verlängerung
renews-first = { $price }, zum ersten Mal am { $date }
from-now-on = Ab jetzt
to-pay-now = Jetzt zu zahlen
confirm-free = Jetzt beginnen
buy-for = Jetzt kaufen für { $price }
lives-with-period = bis zum Ende des Zeitraums
lives-for = { $length } gültig
lives-for-ever = laufen nicht ab
nothing-now = Jetzt wird nichts abgebucht.
change-from = Ändern ab { $date }
deal-quantity = Anzahl
deal-seats = Plätze
recalculate = Neu berechnen
pay-with = Zahlen mit
pay-otherwise = Andere Karte, auf der Zahlungsseite
pay-next = Wie Sie zahlen, wählen Sie auf der nächsten Seite.

top-up = Automatisch aufladen
top-up-how = Kauft von selbst ein Paket, wenn Ihre Credits zur Neige gehen, damit nichts stehen bleibt.
top-up-on = Automatisch kaufen
top-up-package = Paket
top-up-below = Wenn es weniger sind als
top-up-to = Auffüllen bis (freiwillig)
top-up-cap = Monatsgrenze in { $currency } (freiwillig)
top-up-hints = Es werden so viele Pakete auf einmal gekauft, wie nötig sind. Dafür muss eine Karte gespeichert sein.
top-up-is-on = Automatisches Aufladen ist an
top-up-method = Belastet wird { $method }.
top-up-no-method = Eine Karte wird mit Ihrem nächsten Kauf gespeichert.
top-up-spent = In diesem Monat ausgegeben: { $price }.
top-up-under-way = Ein Kauf läuft gerade
top-up-declined = Pausiert, weil Ihre Karte mehrmals abgelehnt wurde. Kaufen Sie ein Paket mit einer anderen Karte und speichern Sie diese Einstellungen dann erneut.
top-up-capped = Pausiert bis { $date }, weil die Grenze für diesen Monat erreicht ist. Mit einer höheren geht es sofort weiter.
top-up-needs-method = Pausiert, weil keine Karte gespeichert ist. Kaufen Sie einmal ein Paket und speichern Sie diese Einstellungen dann erneut.
typed-credits = Geben Sie die Credits als Zahl ein.
typed-target = Füllen Sie mindestens bis zu der Grenze auf, bei der gekauft wird.
typed-money = Geben Sie die Grenze als Betrag über null ein, oder lassen Sie sie leer.

overview-title = Ihre Credits
available = { $name } verfügbar
settled = Saldo
held = Reserviert für laufende Arbeit
owed = Geschuldet
buy-credits = Credits kaufen
see-prices = Was kostet was
by-class = Was Sie haben
spent-first = Was oben steht, wird zuerst verbraucht.
class = Art
until = Bis
never-ends = Läuft nicht ab
nothing-left = Es ist nichts mehr da, das Sie ausgeben können.
banner-low = Ihre Credits gehen zur Neige.
banner-low-how = Noch { $left }.
banner-overdrawn-title = Ihr Saldo ist unter null.
banner-overdrawn = Offen: { $owed }. Die nächsten Credits, die Sie kaufen, gleichen das zuerst aus.
banner-overdrawn-until = Offen: { $owed }. Kaufen Sie Credits vor dem { $deadline }, sonst wird Ihr Konto gesperrt.
banner-suspended = Ihr Konto ist gesperrt.
banner-suspended-how = Offen: { $owed }. Es geht weiter, sobald Ihr Saldo nicht mehr negativ ist.
plot-balance = Saldo Tag für Tag
plot-balance-desc = Vom { $from } bis zum { $to }: zuerst { $first }, zuletzt { $last }, mindestens { $low } und höchstens { $high }.
plot-balance-column = Verfügbar am Ende des Tages
balance-course = Die letzten 90 Tage
spent-course = Ausgegeben in den letzten 30 Tagen
spent-course-how = Wofür, das meiste zuerst
lasts = { $days ->
    [one] So reichen Ihre Credits noch etwa einen Tag.
   *[other] So reichen Ihre Credits noch etwa { $shown } Tage.
}
see-reports = Berichte nach Monaten
as-table = Die Zahlen als Tabelle
day = Tag
still-counting = Ältere Zahlen werden noch gezählt. Die Seite ergänzt sich von selbst.

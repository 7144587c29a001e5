history-title = Verlauf
history-caption = Alle Bewegungen, die neueste zuerst
history-when = Wann
history-what = Was
history-change = Änderung
history-balance = Saldo
history-member = Von { $value }
history-department = Abteilung: { $value }
history-reference = Referenz: { $value }
history-pages = Ältere und neuere Bewegungen
history-empty = Noch ist nichts geschehen. Was Sie ausgeben und kaufen, steht sofort hier.
history-none = Zu diesen Filtern passt nichts.
history-not-yet = Bis hierher wurde nichts gefunden. Mit „Ältere“ suchen Sie weiter zurück.
list-of = { $rest } und { $last }

filter-title = Filtern
filter-kind = Art der Bewegung
filter-action = Wofür
filter-class = Art der Credits
filter-member = Mitglied
filter-department = Abteilung
filter-from = Von
filter-to = Bis
filter-all-kinds = Alle Bewegungen
filter-all-actions = Alles
filter-all-classes = Alle Credits
filter-show = Anzeigen
filter-clear = Filter löschen
filter-wrong-date = Das ist kein Datum. Schreiben Sie es wie 2027-03-31.
download-csv = Als CSV herunterladen

kind-spent = Ausgegeben
kind-given-back = Zurückgegeben
kind-bought = Gekauft
kind-received = Erhalten
kind-ended = Abgelaufen
kind-taken-back = Zurückgenommen
kind-account = Konto

no-action = Sonstige Credits
told-many = { $name } × { $quantity }
told-returned = Zurückgegeben: { $name }
told-released = Abgelaufen, während es reserviert war: { $name }
told-bought = { $credits } gekauft
told-plan = { $credits } aus Ihrem Plan
told-bonus = { $credits } als Bonus
told-starter = { $credits } zum Start
told-promotion = { $credits } geschenkt
told-rollover = { $credits } übertragen
told-reissue = { $credits } erneut gegeben, weil sie abgelaufen waren
told-added = { $credits } hinzugefügt
told-from = { $what }, ab { $day }
told-started = { $credits } sind jetzt verfügbar
told-expired = Abgelaufen
told-voided = Zurückgenommen
told-adjusted = Korrigiert
told-clawed-back = Zurückgenommen, wie die Zahlung
told-overdrawn = Der Saldo ist unter null gefallen
told-recovered = Der Saldo ist nicht mehr unter null
told-suspended = Das Konto wurde gesperrt
told-restored = Das Konto ist wieder frei
told-opened = Das Konto wurde eröffnet
told-closed = Das Konto wurde geschlossen
told-reopened = Das Konto wurde wieder geöffnet
told-declined = Zahlung abgelehnt: { $name }
told-order-failed = Nicht bezahlt: { $name }
told-order-canceled = Bestellung storniert: { $name }
told-refunded = Geld erstattet: { $money }
told-disputed = Zahlung beanstandet: { $money }
told-dispute-closed = Die Beanstandung der Zahlung ist beendet
told-plan-started = { $name } hat begonnen
told-plan-changed = Gewechselt zu { $name }
told-plan-cancel = { $name } endet am { $day }
told-plan-resumed = { $name } läuft weiter
told-plan-paused = { $name } pausiert
told-plan-ended = { $name } ist beendet
told-plan-unpaid = { $name } ist beendet, weil nicht bezahlt wurde

part-starter = { $form ->
    [one] { $number } Willkommens-Credit
   *[other] { $number } Willkommens-Credits
}
part-plan = { $form ->
    [one] { $number } Plan-Credit
   *[other] { $number } Plan-Credits
}
part-purchase = { $form ->
    [one] { $number } gekaufter Credit
   *[other] { $number } gekaufte Credits
}
part-bonus = { $form ->
    [one] { $number } Bonus-Credit
   *[other] { $number } Bonus-Credits
}
part-promotion = { $form ->
    [one] { $number } Aktions-Credit
   *[other] { $number } Aktions-Credits
}
part-rollover = { $form ->
    [one] { $number } übertragener Credit
   *[other] { $number } übertragene Credits
}
part-reissue = { $form ->
    [one] { $number } zurückgegebener Credit
   *[other] { $number } zurückgegebene Credits
}
part-adjustment = { $form ->
    [one] { $number } Credit aus einer Korrektur
   *[other] { $number } Credits aus einer Korrektur
}
part-until = { $part } bis { $day }

csv-time = Zeit
csv-day = Zeit in UTC
csv-kind = Art
csv-action = Aktion
csv-unit = Einheit
csv-reference = Referenz
csv-why = Warum
csv-grants = Verwendete Credits
csv-id = Id
csv-cut = Es gibt mehr: Eine Datei hat höchstens { $rows } Zeilen. Wählen Sie Tage, und laden Sie den Rest in Teilen herunter.
csv-broken = Die Datei endet hier, weil der Rest gerade nicht gelesen werden kann. Laden Sie sie gleich noch einmal herunter.

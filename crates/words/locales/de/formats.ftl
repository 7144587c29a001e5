number-group = .
number-decimal = ,
money = { $number }{ "\u00A0" }{ $symbol }
money-by-code = { $number }{ "\u00A0" }{ $currency }

credits = { $count ->
    [one] { $number } Credit
   *[other] { $number } Credits
}

day = { $day }.{ "\u00A0" }{ $month } { $year }
day-and-time = { $day }.{ "\u00A0" }{ $month } { $year }, { $time }{ "\u00A0" }{ $zone }
month-and-year = { $month } { $year }
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

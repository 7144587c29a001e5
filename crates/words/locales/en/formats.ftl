# How numbers and dates are written. $digits and the like come ready; these say what stands between them.

number-group = ,
number-decimal = .
money = { $symbol }{ $number }
money-by-code = { $currency } { $number }

# $count is the number itself, to choose the form by; $number is how it is written.
credits = { $count ->
    [one] { $number } credit
   *[other] { $number } credits
}

day = { $day }{ "\u00A0" }{ $month } { $year }
day-and-time = { $day }{ "\u00A0" }{ $month } { $year }, { $time }{ "\u00A0" }{ $zone }
month-and-year = { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

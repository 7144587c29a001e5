overview-title = Your credits
available = { $name } available
settled = Balance
held = Held for work under way
owed = Owed
buy-credits = Buy credits
see-prices = What things cost
by-class = What you have
spent-first = What stands first is spent first.
class = Kind
until = Until
never-ends = Does not expire
nothing-left = There is nothing left to spend.
banner-low = Your credits are running low.
banner-low-how = You have { $left } left.
banner-overdrawn-title = Your balance is below zero.
banner-overdrawn = You owe { $owed }. The next credits that you buy settle this first.
banner-overdrawn-until = You owe { $owed }. Buy credits before { $deadline }, or your account is suspended.
banner-suspended = Your account is suspended.
banner-suspended-how = You owe { $owed }. It works again the moment that your balance is no longer negative.
plot-balance = Balance day by day
plot-balance-desc = From { $from } to { $to }: { $first } at first, { $last } at last, { $low } at the lowest and { $high } at the highest.
plot-balance-column = Available at the end of the day
balance-course = The last 90 days
spent-course = Spent in the last 30 days
spent-course-how = What it was spent on, largest first
lasts = { $days ->
    [one] At this rate your credits last about one day.
   *[other] At this rate your credits last about { $shown } days.
}
see-reports = Reports by month
as-table = The figures as a table
day = Day
still-counting = Older figures are still being counted. This page fills in by itself.

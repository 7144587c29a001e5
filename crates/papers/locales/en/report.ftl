# What a report says. Numbers and dates come ready, as the language writes them.

report-title = Report for { $month }
report-name = { $title } – { $program }
report-made = As of { $date }
report-account = Account
report-sum = Spent
report-returned = Given back, and taken off
report-by-action = By what it was for
report-by-member = By member
report-by-department = By department
report-column-action = What for
report-column-member = Member
report-column-department = Department
report-column-count = Count
report-column-credits = Credits
report-column-share = Share
report-no-action = Other credits
report-no-member = Nobody named
report-no-department = No department
report-others = { $count } others
report-nothing = Nothing was spent in this month.
report-page = Page { $page } of { $pages }
report-share = { $number }{ "\u00A0" }%

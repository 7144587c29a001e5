prices-title = What things cost
prices-how = Credits are deducted when you use something, and come back if it fails.
prices-use = Use
prices-costs = Costs
no-prices = Nothing has a price yet.
once-a-session = once a session, however often it is used
per-one = per started { $label }
per-block = per started { $block }
per-block-of = per started { $block } { $label }s
next-included = { $count ->
    [one] The next one after the first costs nothing.
   *[other] The next { $count } after the first cost nothing.
}
costs-at-least = At least { $credits }.
prices-otherwise = In all other cases
prices-yes = yes
prices-no = no
calculator = Calculator
how-often = How many
calculate = Calculate
cost-of = for { $count } × { $what }
prices-leaves = You have { $available }. { $left } would be left.
prices-lacks = You have { $available }. { $short } more are needed.
no-price = There is no price for that. Choose other values.
no-price-quantity = Enter a whole number of 1 or more.
no-price-yet = Fill in “{ $name }”, then calculate.
no-price-attribute = Fill in “{ $name }” with a value that there is.

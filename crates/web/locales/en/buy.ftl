# buy

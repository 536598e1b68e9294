// Deprecated: use example.com/money/v2 instead.
module example.com/money

go 1.20

require example.com/color v0.4.0

module example.com/money/v2

go 1.22

require example.com/color v0.5.0

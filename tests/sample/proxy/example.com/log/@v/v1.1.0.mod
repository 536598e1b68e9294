module example.com/log

go 1.21

require example.com/color v0.4.0

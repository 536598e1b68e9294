module example.com/router

go 1.23.0

require example.com/log v1.0.0

module example.com/router

go 1.24.0

require example.com/log v1.2.0

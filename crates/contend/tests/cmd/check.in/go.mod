module example.com/broken

go 1.22

require example.com/gone v1.0.0

module example.com/scenarios/b01

go 1.18

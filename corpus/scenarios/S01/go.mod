module example.com/scenarios/s01

go 1.18

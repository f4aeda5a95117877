module example.com/scenarios/s02

go 1.18

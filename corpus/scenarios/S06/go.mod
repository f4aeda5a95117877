module example.com/scenarios/s06

go 1.18

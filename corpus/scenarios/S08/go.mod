module example.com/scenarios/s08

go 1.18

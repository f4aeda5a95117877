module example.com/scenarios/m06

go 1.18

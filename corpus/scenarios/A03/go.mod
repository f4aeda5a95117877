module example.com/scenarios/a03

go 1.18

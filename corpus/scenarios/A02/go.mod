module example.com/scenarios/a02

go 1.18

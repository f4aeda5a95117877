module example.com/scenarios/a01

go 1.18

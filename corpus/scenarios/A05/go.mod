module example.com/scenarios/a05

go 1.18

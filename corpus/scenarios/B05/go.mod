module example.com/scenarios/b05

go 1.18

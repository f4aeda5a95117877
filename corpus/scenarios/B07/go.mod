module example.com/scenarios/b07

go 1.18

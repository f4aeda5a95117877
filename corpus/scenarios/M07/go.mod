module example.com/scenarios/m07

go 1.18

module example.com/scenarios/m08

go 1.18

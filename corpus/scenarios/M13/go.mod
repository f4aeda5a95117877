module example.com/scenarios/m13

go 1.18

module example.com/scenarios/m11

go 1.18

module example.com/scenarios/m16

go 1.18

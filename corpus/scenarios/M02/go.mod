module example.com/scenarios/m02

go 1.18

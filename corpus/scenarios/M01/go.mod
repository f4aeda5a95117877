module example.com/scenarios/m01

go 1.18

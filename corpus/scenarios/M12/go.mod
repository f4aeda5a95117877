module example.com/scenarios/m12

go 1.18

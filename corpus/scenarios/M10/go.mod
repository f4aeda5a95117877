module example.com/scenarios/m10

go 1.18

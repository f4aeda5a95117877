module example.com/scenarios/m05

go 1.18

module example.com/scenarios/k05

go 1.18

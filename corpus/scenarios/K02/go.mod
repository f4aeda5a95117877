module example.com/scenarios/k02

go 1.18

module example.com/scenarios/k03

go 1.18

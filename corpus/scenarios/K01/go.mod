module example.com/scenarios/k01

go 1.18

module example.com/scenarios/s05

go 1.18

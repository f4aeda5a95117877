module example.com/scenarios/m15

go 1.18

module example.com/scenarios/s07

go 1.18

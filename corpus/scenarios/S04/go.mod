module example.com/scenarios/s04

go 1.18

module example.com/scenarios/a04

go 1.19

module example.com/scenarios/m04

go 1.18

module example.com/scenarios/b04

go 1.18

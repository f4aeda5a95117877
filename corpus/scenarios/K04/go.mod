module example.com/scenarios/k04

go 1.18

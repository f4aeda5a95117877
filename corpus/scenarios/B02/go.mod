module example.com/scenarios/b02

go 1.18

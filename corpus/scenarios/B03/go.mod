module example.com/scenarios/b03

go 1.18

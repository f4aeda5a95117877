module example.com/scenarios/m03

go 1.18

module example.com/scenarios/m09

go 1.18

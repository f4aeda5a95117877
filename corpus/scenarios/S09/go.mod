module example.com/scenarios/s09

go 1.18

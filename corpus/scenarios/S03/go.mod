module example.com/scenarios/s03

go 1.18

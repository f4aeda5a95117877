module example.com/scenarios/m17

go 1.18

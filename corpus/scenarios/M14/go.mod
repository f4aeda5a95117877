module example.com/scenarios/m14

go 1.18

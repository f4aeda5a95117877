module example.com/scenarios/m18

go 1.18

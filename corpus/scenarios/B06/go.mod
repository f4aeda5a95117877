module example.com/scenarios/b06

go 1.18

module example.com/trials/pool

go 1.18

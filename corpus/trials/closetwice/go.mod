module example.com/trials/closetwice

go 1.22

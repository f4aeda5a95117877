module example.com/trials/httppool

go 1.21

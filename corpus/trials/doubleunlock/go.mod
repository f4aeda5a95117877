module example.com/trials/doubleunlock

go 1.22

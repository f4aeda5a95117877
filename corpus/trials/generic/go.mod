module example.com/trials/generic

go 1.24

module example.com/trials/oncevalue

go 1.26

module example.com/trials/leak

go 1.18

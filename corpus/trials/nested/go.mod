module example.com/trials/nested

go 1.21

module example.com/trials/bounded

go 1.22

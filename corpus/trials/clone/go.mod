module example.com/trials/clone

go 1.22

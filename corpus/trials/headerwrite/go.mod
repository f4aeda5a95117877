module example.com/trials/headerwrite

go 1.22

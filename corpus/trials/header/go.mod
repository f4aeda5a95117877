module example.com/trials/header

go 1.21

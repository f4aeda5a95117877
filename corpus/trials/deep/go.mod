module example.com/trials/deep

go 1.22

module example.com/trials/ring

go 1.21

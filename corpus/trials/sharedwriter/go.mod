module example.com/trials/sharedwriter

go 1.21

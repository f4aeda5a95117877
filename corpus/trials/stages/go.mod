module example.com/trials/stages

go 1.21

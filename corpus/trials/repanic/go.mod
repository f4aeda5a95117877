module example.com/trials/repanic

go 1.22

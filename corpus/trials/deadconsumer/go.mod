module example.com/trials/deadconsumer

go 1.22

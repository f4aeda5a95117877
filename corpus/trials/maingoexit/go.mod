module example.com/trials/maingoexit

go 1.22

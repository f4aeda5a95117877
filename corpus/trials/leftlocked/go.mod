module example.com/trials/leftlocked

go 1.22

module example.com/trials/wgnegative

go 1.22

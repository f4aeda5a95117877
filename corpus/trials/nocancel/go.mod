module example.com/trials/nocancel

go 1.22

module example.com/trials/iopipe

go 1.22

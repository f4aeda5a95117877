module example.com/trials/recovered

go 1.22

module example.com/trials/condlost

go 1.22

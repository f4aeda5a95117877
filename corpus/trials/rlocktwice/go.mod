module example.com/trials/rlocktwice

go 1.22

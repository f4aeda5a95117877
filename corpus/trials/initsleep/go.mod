module example.com/trials/initsleep

go 1.22

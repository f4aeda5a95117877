module example.com/trials/hub

go 1.22

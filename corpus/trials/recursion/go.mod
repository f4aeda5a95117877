module example.com/trials/recursion

go 1.22

module example.com/trials/middleware

go 1.22

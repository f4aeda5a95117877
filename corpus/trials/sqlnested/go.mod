module example.com/trials/sqlnested

go 1.22

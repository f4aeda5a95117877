module example.com/trials/dbstuck

go 1.22

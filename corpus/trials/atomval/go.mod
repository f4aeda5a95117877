module example.com/trials/atomval

go 1.24

module example.com/trials/jsoniter

go 1.22

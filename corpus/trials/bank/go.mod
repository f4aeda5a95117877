module example.com/trials/bank

go 1.26

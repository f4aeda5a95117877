module example.com/trials/btree

go 1.20
require github.com/google/btree v1.0.1

module example.com/trials/set

go 1.18

require github.com/deckarep/golang-set v1.7.1

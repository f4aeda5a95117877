module example.com/trials/lru

go 1.18

require github.com/hashicorp/golang-lru v0.5.0

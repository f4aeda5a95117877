module example.com/trials/gocache

go 1.18

require github.com/patrickmn/go-cache v2.0.0+incompatible

module example.com/trials/ttlcache

go 1.20
require github.com/ReneKroon/ttlcache v1.6.0

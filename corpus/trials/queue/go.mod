module example.com/trials/queue

go 1.20
require github.com/eapache/queue v1.1.0

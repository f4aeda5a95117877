module example.com/trials/workerpool

go 1.20

require github.com/gammazero/workerpool v1.0.0

require github.com/gammazero/deque v0.0.0-20200227231300-1e9af0e52b46 // indirect

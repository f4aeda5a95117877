module example.com/tools/dumpcount

go 1.18

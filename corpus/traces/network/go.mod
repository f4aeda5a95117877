module contend/corpus/traces/network

go 1.22

module contend/corpus/traces/convoy

go 1.22

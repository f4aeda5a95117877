module contend/corpus/causes

go 1.22

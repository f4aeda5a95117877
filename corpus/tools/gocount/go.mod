module contend/corpus/tools/gocount

go 1.24

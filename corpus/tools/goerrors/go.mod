module contend/corpus/tools/goerrors

go 1.24

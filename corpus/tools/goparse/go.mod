module contend/corpus/tools/goparse

go 1.24

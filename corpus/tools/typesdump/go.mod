module contend.corpus/typesdump

go 1.25.0

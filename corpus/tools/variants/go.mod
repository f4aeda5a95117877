module contend/corpus/tools/variants

go 1.26

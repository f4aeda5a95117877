module contend/corpus/traces/pipeline

go 1.22

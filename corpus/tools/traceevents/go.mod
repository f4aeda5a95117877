module contend/corpus/tools/traceevents

go 1.26

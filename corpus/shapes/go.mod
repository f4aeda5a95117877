module contend.corpus/shapes

go 1.27

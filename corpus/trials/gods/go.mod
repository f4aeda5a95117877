module example.com/trials/gods

go 1.18

require github.com/emirpasic/gods v1.12.0

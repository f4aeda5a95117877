package a

type number interface{ ~int | ~float64 }

type stack[T any] struct{ items []T }

func (s *stack[T]) push(item T) { s.items = append(s.items, item) }

func sum[T number](items ...T) (total T) {
	for _, item := range items {
		total += item
	}
	return
}

type closer interface{ close() }

func each[T closer](items []T) {
	for _, item := range items {
		item.close()
	}
}

func use() {
	var s stack[int]
	s.push(sum(1, 2))
	_ = sum[float64](3)
	f := sum[int]
	f(4)
}

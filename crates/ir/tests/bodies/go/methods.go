package a

import "sync"

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

func (s *square) grow(n int) { s.side += n }

type named struct {
	shape
	sync.Locker
}

func calls(s square, p *square, i shape, n named) int {
	s.grow(1)
	p.grow(2)
	f := s.area
	g := (*square).grow
	g(p, 3)
	h := square.area(*p)
	n.Lock()
	defer n.Unlock()
	return f() + h + p.area() + i.area() + n.area() + shape.area(i)
}

func convert(v any, s square) (shape, bool) {
	var i shape = s
	t, ok := v.(shape)
	u := v.(*square)
	_ = []byte("x")
	_ = any(u)
	_ = t
	return i, ok
}

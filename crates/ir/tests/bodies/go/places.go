package a

import "sync"

type base struct {
	sync.Mutex
	id int
}

type middle struct{ *base }

type outer struct {
	middle
	list  []base
	array [4]base
	next  *outer
}

func (o *outer) walk(i int) *int {
	o.Lock()
	o.middle.base.Unlock()
	o.next.next.id = o.id
	o.list[i].Lock()
	o.array[2].id = o.list[0].id
	p := &o.array[i]
	p.id = (*p).id
	s := o.array[1:]
	s[0].id = 1
	pp := &p
	(*pp).Unlock()
	return &o.list[i].id
}

func literals(n int) *outer {
	values := []base{{id: n}, {id: 2}}
	pointers := []*base{{id: n}}
	_ = pointers
	x := new(int)
	*x = n
	y := new(n)
	_ = y
	return &outer{list: values, array: [4]base{1: {id: n}}, next: &outer{}}
}

func builtins(a, b []int, s string) int {
	a = append(a, b...)
	a = append(a, 1, 2)
	n := copy(a, b)
	clear(a)
	return n + len(a) + cap(b) + len(s) + min(len(a), 3)
}

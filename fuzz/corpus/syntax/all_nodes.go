package p

import (
	. "a"
	b "c"
)

const x, y = iota, 1 << iota

type G[P *C, Q any] struct{ a, b [2]int; E[P]; *F `tag`; m map[string][]func(int, ...P) (r, s error) }
type H[P (C), Q any] []P
type I[P *C | ~int] interface{ m(a, b int) int; E[P]; ~int | string; a.B }
type A[P any] = [N]P
type N [x * y]int
type M [f(1)]int

var v, w = func(a int) (int, error) {
	type local struct{ next *local }
	var z = func() { const k = 2 }
	return a, nil
}(3)

func (g *G[P, Q]) Method(_ P, rest ...Q) (n int) {
outer:
	for i, s := range g.a[1:2:3] {
		switch t := s.(type) {
		case int, *P:
			continue outer
		default:
			go func() { n <- t }()
		}
	}
	for range 10 {
	}
	for i := 0; i < 3; i++ {
	}
	select {
	case v, ok := <-c:
		_ = v
	case c <- 1:
	default:
	}
	if a := f(); a {
	} else if b {
	} else {
	}
	switch x := 1; x {
	case 1:
		fallthrough
	}
	switch y := x; {
	}
	switch y := x.(type) {
	}
	switch x.(type) {
	}
	defer x.y(a...)
	n++
	g.m["k"] = []func(int, ...P) (error, error){nil, 1: {}}
	var ch <-chan chan<- int = (<-chan chan<- int)(nil)
	goto outer
	{
	}
	return *(&n) | ^n
}

func Map[T, U any](xs []T, f func(T) U) []U
func (t T) Generic[P any](p P) P { return new(42) }

//go:build go1.23

package main

import "iter"

// pulled adds up the first n numbers of a coroutine.
func pulled(n int) int {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	})
	defer stop()
	sum := 0
	for range n {
		v, _ := next()
		sum += v
	}
	return sum
}

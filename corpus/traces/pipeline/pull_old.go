//go:build !go1.23

package main

// pulled adds up the first n numbers without a coroutine, which Go 1.22 does not have.
func pulled(n int) int {
	sum := 0
	for i := range n {
		sum += i
	}
	return sum
}

// Claim: recover in the middle of an iteration damages the iterator.
//
// The iterator lives in the frame that ranges, and a panic of a called function unwinds only what
// it called. Every key is seen once, however many steps panic.
package main

import (
	"fmt"
	"os"
)

func step(key int) (failed bool) {
	defer func() { failed = recover() != nil }()
	if key%2 == 0 {
		panic(key)
	}
	return false
}

func main() {
	m := map[int]int{}
	for key := 0; key < 10_000; key++ {
		m[key] = key
	}
	seen, failed := map[int]int{}, 0
	for key := range m {
		seen[key]++
		if step(key) {
			failed++
		}
	}
	for key := range m {
		if seen[key] != 1 {
			fmt.Println("key", key, "was seen", seen[key], "times")
			os.Exit(1)
		}
	}
	fmt.Println("not so: 10000 keys seen once each,", failed, "steps panicked and were recovered")
}

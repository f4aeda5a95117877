// Claim: an iterator keeps a pointer into the old buckets, and the collector frees them when the
// map grows.
//
// One goroutine grows the map to 500 times its size in the middle of an iteration and collects at
// each step. Were the old buckets freed, GODEBUG=clobberfree=1 would fill them with 0xdeadbeef.
package main

import (
	"fmt"
	"os"
	"runtime"
)

type value struct{ key int }

func main() {
	m := map[int]*value{}
	for key := 0; key < 1000; key++ {
		m[key] = &value{key}
	}
	seen := map[int]int{}
	next := 1000
	for key, v := range m {
		if v == nil || v.key != key {
			fmt.Println("wrong value for", key)
			os.Exit(1)
		}
		seen[key]++
		if len(seen) <= 500 {
			for i := 0; i < 1000; i++ {
				m[next] = &value{next}
				next++
			}
			if len(seen)%25 == 0 {
				runtime.GC()
			}
		}
	}
	for key := 0; key < 1000; key++ {
		if seen[key] != 1 {
			fmt.Println("key", key, "seen", seen[key], "times")
			os.Exit(1)
		}
	}
	fmt.Println("not so: each of the first 1000 keys was seen once, the map grew to", len(m))
}

// Claim: the reader sees the flag and a stale pointer.
//
// That needs a processor that reorders stores or loads (arm64, ppc64, riscv64), or a compiler that
// does. An amd64 processor keeps the order of stores and of loads, and the Go compiler keeps the
// order of these. So the fault is real by the language and not seen here; the rounds are counted.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
)

type round struct {
	pointer *int
	flag    bool
	_       [64]byte
}

//go:noinline
func publish(r *round, value *int) {
	r.pointer = value
	r.flag = true
}

//go:noinline
func look(r *round) (flag bool, pointer *int) {
	flag = r.flag
	return flag, r.pointer
}

func main() {
	const rounds = 2_000_000
	all := make([]round, rounds)
	value := 1
	var turn int64
	go func() {
		for i := range all {
			atomic.StoreInt64(&turn, int64(i))
			publish(&all[i], &value)
		}
	}()
	stale, met := 0, 0
	for i := range all {
		for atomic.LoadInt64(&turn) < int64(i) {
			runtime.Gosched()
		}
		if flag, pointer := look(&all[i]); flag {
			met++
			if pointer == nil {
				stale++
			}
		}
	}
	fmt.Printf("%s: in %d of %d rounds the flag was seen, in %d of them with a stale pointer\n",
		runtime.GOARCH, met, rounds, stale)
	if runtime.GOARCH == "amd64" && 0 < stale {
		os.Exit(1)
	}
}

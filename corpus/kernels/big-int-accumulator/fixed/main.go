// Partial products are multiplied into one big.Int.
package main

import (
	"math/big"
	"sync"
)

func product(from, to int64) *big.Int {
	return new(big.Int).MulRange(from, to)
}

func factorial(n int64, parts int64) *big.Int {
	total := big.NewInt(1)
	step := n / parts
	var multipliers sync.WaitGroup
	var mu sync.Mutex
	for p := range parts {
		multipliers.Add(1)
		go func() {
			defer multipliers.Done()
			partial := product(p*step+1, (p+1)*step)
			mu.Lock()
			total.Mul(total, partial)
			mu.Unlock()
		}()
	}
	multipliers.Wait()
	return total
}

func main() {
	if factorial(40, 4).Sign() <= 0 {
		panic("not positive")
	}
}

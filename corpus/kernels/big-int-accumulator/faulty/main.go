// Partial products are multiplied into one big.Int.
// want CT1115 CT1102
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
	for p := range parts {
		multipliers.Add(1)
		go func() {
			defer multipliers.Done()
			partial := product(p*step+1, (p+1)*step)
			total.Mul(total, partial) // race: write
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

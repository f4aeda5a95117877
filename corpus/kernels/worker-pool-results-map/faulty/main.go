// Workers store their results in one map of the caller.
// want CT1001
package main

import "sync"

func square(n int) int { return n * n }

func collect(inputs []int) map[int]int {
	results := make(map[int]int)
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range jobs {
				results[n] = square(n) // race: write
			}
		}()
	}
	for _, n := range inputs {
		jobs <- n
	}
	close(jobs)
	wg.Wait()
	return results
}

func main() {
	inputs := make([]int, 100)
	for i := range inputs {
		inputs[i] = i
	}
	if len(collect(inputs)) != len(inputs) {
		panic("a result is missing")
	}
}

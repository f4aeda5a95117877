// Workers store their results in one map of the caller.
package main

import "sync"

func square(n int) int { return n * n }

func collect(inputs []int) map[int]int {
	results := make(map[int]int)
	jobs := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range jobs {
				mu.Lock()
				results[n] = square(n)
				mu.Unlock()
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

package a

import "sync"

func capture(n int) func() int {
	total := 0
	add := func(k int) {
		total += k + n
	}
	add(1)
	go func(k int) {
		total = k
	}(n)
	func() { total = 3 }()
	return func() int {
		return func() int { return total }()
	}
}

func spawn(jobs []func()) {
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			job()
			_ = i
		}()
	}
	wg.Wait()
	go jobs[0]()
}

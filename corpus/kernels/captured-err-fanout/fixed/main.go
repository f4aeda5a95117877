// Two goroutines assign the err of the function around them.
package main

import (
	"errors"
	"sync"
)

func step(n int) error {
	if n%2 == 1 {
		return errors.New("odd")
	}
	return nil
}

func run() error {
	var err error
	var wg sync.WaitGroup
	var mu sync.Mutex
	for n := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			failed := step(n)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, failed)
		}()
	}
	wg.Wait()
	return err
}

func main() {
	_ = run()
}

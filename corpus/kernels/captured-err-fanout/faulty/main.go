// Two goroutines assign the err of the function around them.
// want CT1102
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
	for n := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err = step(n); err != nil { // race: write
				return
			}
		}()
	}
	wg.Wait()
	return err
}

func main() {
	_ = run()
}

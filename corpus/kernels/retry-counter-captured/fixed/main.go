// The attempt counter of a retry loop is shared with the goroutine that logs it.
package main

import (
	"errors"
	"strconv"
)

var errBusy = errors.New("busy")

func dial(attempt int) error {
	if attempt < 4 {
		return errBusy
	}
	return nil
}

func connect(log func(string)) (attempts int, err error) {
	logged := make(chan struct{}, 16)
	started := 0
	for {
		attempts++
		attempt := attempts
		started++
		go func() {
			log("attempt " + strconv.Itoa(attempt))
			logged <- struct{}{}
		}()
		if err = dial(attempts); err == nil {
			break
		}
	}
	for range started {
		<-logged
	}
	return attempts, nil
}

func main() {
	if n, err := connect(func(string) {}); n != 4 || err != nil {
		panic("not connected")
	}
}

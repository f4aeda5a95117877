// The schema is built on first use with a check outside the lock, and that first check reads the pointer while another caller sets it.
// want race

package main

import (
	"fmt"
	"sync"
)

func main() {
	doc := map[string]any{"name": "x", "mail": "x@example.net"}
	for range 30 {
		v := &Validator{Source: "name!, mail!, phone, plan!"}
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-start
				if m := v.Missing(doc); len(m) != 1 {
					fmt.Println("missing", m)
				}
			}()
		}
		close(start)
		wg.Wait()
	}
	fmt.Println("checked")
}

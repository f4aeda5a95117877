// The flight's leader publishes its call in the map and wakes the followers before it has stored the value they read.
// want race

package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type profile struct{ name string }

func fetch(id string) *profile {
	time.Sleep(200 * time.Microsecond)
	return &profile{name: strings.ToUpper(id)} // race: write
}

func main() {
	var f Flight[*profile]
	var wg sync.WaitGroup
	for range 20 {
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				p := f.Do("u-9", func() *profile { return fetch("u-9") })
				if p != nil && p.name != "U-9" { // race: read
					fmt.Println("wrong profile")
				}
			}()
		}
		wg.Wait()
	}
	fmt.Println("done")
}

// The leader stores the value first and then closes the channel.

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
	return &profile{name: strings.ToUpper(id)}
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
				if p != nil && p.name != "U-9" {
					fmt.Println("wrong profile")
				}
			}()
		}
		wg.Wait()
	}
	fmt.Println("done")
}

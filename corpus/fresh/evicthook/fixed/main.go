// The hook is an option of the constructor, stored before the janitor starts.

package main

import (
	"fmt"
	"time"
)

func main() {
	for range 5 {
		evicted := 0
		s := New(time.Millisecond, func(k, v string) { evicted++ })
		for i := range 50 {
			s.Set(fmt.Sprint("sess-", i), "x")
		}
		time.Sleep(4 * time.Millisecond)
		s.Close()
		fmt.Println("evicted some:", evicted > 0)
	}
}

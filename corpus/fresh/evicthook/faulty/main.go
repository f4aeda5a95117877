// The caller sets the OnEvict hook field after New has started the janitor that reads it.
// want race

package main

import (
	"fmt"
	"time"
)

func main() {
	for range 5 {
		evicted := 0
		s := New(time.Millisecond)
		for i := range 50 {
			s.Set(fmt.Sprint("sess-", i), "x")
		}
		s.OnEvict = func(k, v string) { evicted++ } // race: write
		time.Sleep(4 * time.Millisecond)
		s.Close()
		fmt.Println("evicted some:", evicted > 0)
	}
}

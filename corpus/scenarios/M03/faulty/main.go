// Two sweepers delete expired sessions from one map.
package main

import "time"

var sessions = map[int]time.Time{}

func sweep() {
	for n := 0; ; n++ {
		delete(sessions, n%10_000) // fault: write
	}
}

func main() {
	// A delete from an empty map returns before the runtime looks for a race.
	sessions[-1] = time.Now()
	for n := 0; n < 10_000; n++ {
		sessions[n] = time.Now()
	}
	go sweep()
	sweep()
}

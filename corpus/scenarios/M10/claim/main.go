// Claim: what fails inside a deferred function while a panic unwinds cannot be recovered.
//
// A panic inside a panic can: the outer function recovers both. What cannot be recovered is the
// fatal error of the map check, in a deferred function as anywhere else.
package main

import (
	"fmt"
	"os"
)

func unwinds() (cause any) {
	defer func() { cause = recover() }()
	defer func() {
		var never map[string]int
		never["x"] = 1 // panics while "first" unwinds
	}()
	panic("first")
}

func main() {
	cause := unwinds()
	if cause == nil {
		os.Exit(1)
	}
	fmt.Println("not so: recovered from a panic inside a panic:", cause)
}

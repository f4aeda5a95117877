// A loader stores a pointer and then a flag. A reader that sees the flag takes the pointer for
// granted; nothing orders the two.
package main

import (
	"fmt"
	"runtime"
)

type config struct{ name string }

var (
	current *config
	ready   bool
)

func load() {
	current = &config{name: "production"} // fault: write
	ready = true                          // fault: write
}

func await() string {
	for !ready { // fault: read
		runtime.Gosched()
	}
	return current.name // fault: read
}

func main() {
	go load()
	fmt.Println(await())
}

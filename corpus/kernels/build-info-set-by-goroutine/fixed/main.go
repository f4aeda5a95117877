// A background check stores the newest version in a package variable that the prompt prints.
package main

import (
	"fmt"
	"sync/atomic"
	"time"
)

var newest atomic.Pointer[string]

func checkForUpdate(fetch func() string) {
	version := fetch()
	newest.Store(&version)
}

func prompt() string {
	if version := newest.Load(); version != nil {
		return fmt.Sprintf("(%s is available) > ", *version)
	}
	return "> "
}

func main() {
	go checkForUpdate(func() string { return "v2.1.0" })
	for range 10 {
		_ = prompt()
		time.Sleep(100 * time.Microsecond)
	}
}

// A background check stores the newest version in a package variable that the prompt prints.
// want CT1106 CT1112
package main

import (
	"fmt"
	"time"
)

var newest string

func checkForUpdate(fetch func() string) {
	version := fetch()
	newest = version // race: write
}

func prompt() string {
	if newest != "" { // race: read
		return fmt.Sprintf("(%s is available) > ", newest)
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

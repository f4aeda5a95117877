// Plugins come and go while others are listed.
package main

import (
	"fmt"
	"sync"

	"example.com/kernels/loop-runs-what-is-sent/fixed/registry"
)

func main() {
	plugins := registry.New()
	var users sync.WaitGroup
	for user := range 4 {
		users.Go(func() {
			for i := range 50 {
				name := fmt.Sprintf("plugin%d-%d", user, i)
				plugins.Load(name)
				if n := len(plugins.Names()); n == 0 {
					panic("none is loaded")
				}
				plugins.Unload(name)
			}
		})
	}
	users.Wait()
}

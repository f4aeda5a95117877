// A test helper's FailNow used in a tool: Goexit of main.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type check struct{ failed bool }

func (c *check) fatal(text string) {
	c.failed = true
	fmt.Println(text)
	runtime.Goexit()
}

func main() {
	var jobs sync.WaitGroup
	c := &check{}
	jobs.Add(1)
	go func() {
		defer jobs.Done()
		fmt.Println("job done")
	}()
	jobs.Wait()
	c.fatal("nothing was imported")
}

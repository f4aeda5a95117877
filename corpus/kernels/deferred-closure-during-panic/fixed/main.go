// A handler's deferred closure notes the panic in a map that a reporter goroutine reads.
package main

import (
	"fmt"
	"sync"
)

type crashes struct {
	mu     sync.Mutex
	byTask map[string]string
}

func (c *crashes) guard(task string, do func()) {
	defer func() {
		if problem := recover(); problem != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.byTask[task] = fmt.Sprint(problem)
		}
	}()
	do()
}

func main() {
	c := &crashes{byTask: map[string]string{}}
	var tasks sync.WaitGroup
	for i := range 6 {
		tasks.Add(1)
		go func() {
			defer tasks.Done()
			c.guard(fmt.Sprint("task-", i), func() {
				var none []int
				_ = none[i]
			})
		}()
	}
	tasks.Wait()
	if len(c.byTask) != 6 {
		panic("a crash was lost")
	}
}

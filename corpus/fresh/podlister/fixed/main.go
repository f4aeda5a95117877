// The worker changes a copy of the object and hands it to the cache's Update.

package main

import (
	"fmt"
	"sync"
)

type Controller struct {
	lister *Lister
	queue  chan string
	wg     sync.WaitGroup
}

func (c *Controller) Run(workers int) {
	for range workers {
		c.wg.Add(1)
		go func() {
			defer c.wg.Done()
			for key := range c.queue {
				c.reconcile(key)
			}
		}()
	}
}

func (c *Controller) reconcile(key string) {
	pod, ok := c.lister.Get(key)
	if !ok {
		return
	}
	if c.running(pod.Node) < 3 {
		up := pod.DeepCopy()
		up.Phase = "Running"
		c.lister.Update(up)
	}
}

func (c *Controller) running(node string) (n int) {
	for _, p := range c.lister.OnNode(node) {
		if p.Phase == "Running" {
			n++
		}
	}
	return n
}

func main() {
	c := &Controller{lister: &Lister{pods: map[string]*Pod{}}, queue: make(chan string, 8)}
	for i := range 12 {
		n := fmt.Sprintf("web-%d", i)
		c.lister.Update(&Pod{Name: n, Node: fmt.Sprint("node", i%2), Phase: "Pending"})
	}
	c.Run(3)
	for i := range 600 {
		c.queue <- fmt.Sprintf("web-%d", i%12)
	}
	close(c.queue)
	c.wg.Wait()
	fmt.Println("node0 has some:", c.running("node0") > 0)
}

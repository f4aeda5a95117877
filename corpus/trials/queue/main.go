// Jobs wait in a queue that several workers empty.
package main

import (
	"time"

	"github.com/eapache/queue"
)

type jobs struct{ waiting *queue.Queue }

func (j *jobs) add(id int) { j.waiting.Add(id) }

func (j *jobs) next() (int, bool) {
	if j.waiting.Length() == 0 {
		return 0, false
	}
	id, ok := j.waiting.Remove().(int)
	return id, ok
}

func main() {
	j := &jobs{waiting: queue.New()}
	go func() {
		for i := 0; ; i++ {
			j.add(i)
		}
	}()
	for i := 0; i < 4; i++ {
		go func() {
			for {
				j.next()
			}
		}()
	}
	time.Sleep(5 * time.Second)
}

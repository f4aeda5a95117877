// Pipeline sends numbers through channels, with tasks, regions, logs, collections and coroutines,
// so that its trace holds most kinds of events.
//
//	pipeline TRACE [MILLISECONDS [GOROUTINES]]
package main

import (
	"context"
	"log"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"time"
)

func main() {
	length, n := number(2, 1500), number(3, 16)
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := trace.Start(file); err != nil {
		log.Fatal(err)
	}
	end := time.Now().Add(time.Duration(length) * time.Millisecond)
	work, results := make(chan int), make(chan []byte, 4)
	var workers sync.WaitGroup
	for range n {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for x := range work {
				results <- step(x)
			}
		}()
	}
	go func() {
		for x := 0; time.Now().Before(end); x++ {
			work <- x
			if x%5000 == 0 {
				runtime.GC()
			}
		}
		close(work)
		workers.Wait()
		close(results)
	}()
	total := 0
	tick := time.NewTicker(10 * time.Millisecond)
	for open := true; open; {
		select {
		case result, ok := <-results:
			total, open = total+len(result), ok
		case <-tick.C:
			runtime.Gosched()
		}
	}
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

func step(x int) []byte {
	if x%100 != 0 {
		return make([]byte, 100+x%500)
	}
	ctx, task := trace.NewTask(context.Background(), "step")
	defer task.End()
	defer trace.StartRegion(ctx, "pull").End()
	trace.Log(ctx, "x", strconv.Itoa(x))
	return make([]byte, pulled(5))
}

func number(at, otherwise int) int {
	if len(os.Args) <= at {
		return otherwise
	}
	n, err := strconv.Atoi(os.Args[at])
	if err != nil {
		log.Fatal(err)
	}
	return n
}

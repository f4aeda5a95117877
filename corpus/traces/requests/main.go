// Requests writes a trace of a program that marks tasks and regions: each request asks a worker,
// which needs a lock that a flush keeps while it sleeps. So the slowest request is slow because of
// the sleep, three goroutines away.
//
//	requests TRACE
package main

import (
	"context"
	"log"
	"os"
	"runtime/trace"
	"sync"
	"time"
)

type index struct {
	mu    sync.Mutex
	terms map[string]int
}

// flush keeps the lock for long.
func (ix *index) flush() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
}

func (ix *index) find(term string) int {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.terms[term]
}

type question struct {
	term   string
	answer chan int
}

// work answers questions one after the other.
func work(ix *index, questions <-chan question) {
	for q := range questions {
		q.answer <- ix.find(q.term)
	}
}

// serve is one request.
func serve(questions chan<- question) int {
	ctx, task := trace.NewTask(context.Background(), "request")
	defer task.End()
	q := question{"go", make(chan int)}
	sum := 0
	trace.WithRegion(ctx, "ask", func() {
		questions <- q
		sum = <-q.answer
	})
	trace.WithRegion(ctx, "render", func() {
		for end := time.Now().Add(100 * time.Microsecond); time.Now().Before(end); {
			sum++
		}
	})
	return sum
}

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	ix := &index{terms: map[string]int{"go": 1}}
	questions := make(chan question)
	go work(ix, questions)
	if err := trace.Start(file); err != nil {
		log.Fatal(err)
	}
	for n := range 8 {
		if n == 5 {
			go ix.flush()
			time.Sleep(time.Millisecond)
		}
		serve(questions)
	}
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

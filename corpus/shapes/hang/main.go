// Command hang blocks goroutines in every way that has a wait reason of its own, and prints what
// its argument names: a dump, or profiles of the same goroutines.
//
//	hang quit                SIGQUIT to itself: headers with threads, labels, registers
//	hang profiles DIR        goroutine profile as protobuf, debug=1 and debug=2
//	hang leak                goroutineleak profile, debug=2
//	hang old                 debug=2 after goroutines have waited for more than a minute
//	hang many N              debug=2 of N goroutines
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"sync"
	"syscall"
	"time"
)

type queue[T any] struct {
	mu    sync.Mutex
	rw    sync.RWMutex
	cond  *sync.Cond
	group sync.WaitGroup
	items []T
}

func (q *queue[T]) lock()   { q.mu.Lock() }
func (q *queue[T]) read()   { q.rw.RLock() }
func (q *queue[T]) write()  { q.rw.Lock() }
func (q *queue[T]) signal() { q.cond.L.Lock(); q.cond.Wait() }
func (q *queue[T]) wait()   { q.group.Wait() }

func deep(n int, in chan int) int {
	if n == 0 {
		return <-in
	}
	return deep(n-1, in) + 1
}

func block() {
	q := &queue[string]{cond: sync.NewCond(&sync.Mutex{})}
	q.mu.Lock()
	q.rw.Lock()
	q.group.Add(1)
	in := make(chan int)
	for range 3 {
		go q.lock()
	}
	go q.read()
	go q.write()
	go q.signal()
	go q.wait()
	go func() { in <- 1 }()
	go func() {
		var none chan int
		<-none
	}()
	go func() {
		select {
		case v := <-make(chan int):
			fmt.Println(v)
		case <-make(chan string):
		}
	}()
	go func() { select {} }()
	go func() { time.Sleep(time.Hour) }()
	go deep(200, make(chan int))
	go func() {
		runtime.LockOSThread()
		<-make(chan int)
	}()
	go func() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		listener.Accept()
	}()
	go func() {
		r, _, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		syscall.Read(int(r.Fd()), make([]byte, 1))
	}()
	for _, tenant := range []string{"acme", "acme", "a b: \"c\", {d}"} {
		labels := pprof.Labels("tenant", tenant, "path", "/items")
		go pprof.Do(context.Background(), labels, func(context.Context) { <-make(chan int) })
	}
	time.Sleep(200 * time.Millisecond)
}

func main() {
	block()
	switch os.Args[1] {
	case "quit":
		syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
		time.Sleep(time.Minute)
	case "profiles":
		for name, debug := range map[string]int{"pb.gz": 0, "debug1.txt": 1, "debug2.txt": 2} {
			file, err := os.Create(filepath.Join(os.Args[2], "goroutine."+name))
			if err != nil {
				panic(err)
			}
			pprof.Lookup("goroutine").WriteTo(file, debug)
			file.Close()
		}
	case "leak":
		pprof.Lookup("goroutineleak").WriteTo(os.Stdout, 2)
	case "old":
		for range 7 {
			time.Sleep(10 * time.Second)
			runtime.GC()
		}
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
	case "many":
		n, err := strconv.Atoi(os.Args[2])
		if err != nil {
			panic(err)
		}
		for range n {
			go deep(20, make(chan int))
		}
		time.Sleep(time.Second)
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
	}
}

// Command panics dies in the way that its argument names.
package main

import (
	"errors"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

type failure struct{ code int }

func (f failure) Error() string { return "failure\nof two lines" }

func nested() {
	defer func() { panic(errors.New("while cleaning up")) }()
	panic("first")
}

func again() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic(failure{3})
}

func goexit() {
	go func() { select {} }()
	runtime.Goexit()
}

func child(depth int) {
	if depth == 0 {
		panic("in the third generation")
	}
	go child(depth - 1)
	time.Sleep(time.Minute)
}

func garbage() {
	var keep [][]byte
	for i := range 400 {
		keep = append(keep, make([]byte, 1<<18))
		if i%50 == 0 {
			keep = keep[:0]
			time.Sleep(20 * time.Millisecond)
		}
	}
	panic("after some collections")
}

// logged writes the panic as a service with structured logs does.
func logged() {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	logger.Info("started", "port", 8080)
	defer func() {
		r := recover()
		logger.Error("handler panicked", "panic", r, "stack", string(debug.Stack()))
		os.Exit(1)
	}()
	var m map[string]int
	m["a"] = 1
}

func main() {
	switch os.Args[1] {
	case "nil":
		var p *failure
		println(p.code)
	case "nested":
		nested()
	case "again":
		again()
	case "goexit":
		goexit()
	case "ancestors":
		child(3)
	case "garbage":
		garbage()
	case "logged":
		logged()
	case "windows":
		windows()
	}
}

// Causes writes a trace of a program that has one known fault, or of the same program without it.
//
//	causes CAUSE planted|fixed TRACE
//
// `cargo xtask oracle causes` runs each and asks contend trace what was wrong.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime/trace"
	"time"
)

// length is how long each program runs.
const length = time.Second

// A cause is a program; it returns after about [length]. What it leaves behind ends with the
// process.
type cause func(fixed bool)

var causes = map[string]cause{
	"circle":    circle,
	"shared":    shared,
	"nested":    nested,
	"convoy":    convoy,
	"writers":   writers,
	"deadline":  deadline,
	"child":     child,
	"fds":       fds,
	"directory": directory,
	"leak":      leak,
}

func main() {
	log.SetFlags(0)
	if len(os.Args) == 2 && os.Args[1] == hanging {
		time.Sleep(time.Minute)
		return
	}
	if len(os.Args) != 4 {
		log.Fatal("usage: causes CAUSE planted|fixed TRACE")
	}
	run := causes[os.Args[1]]
	if run == nil {
		fmt.Println("not built in:", os.Args[1])
		os.Exit(3)
	}
	file, err := os.Create(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	if err := trace.Start(file); err != nil {
		log.Fatal(err)
	}
	run(os.Args[2] == "fixed")
	trace.Stop()
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}

// until calls f again and again for the length of a run.
func until(f func()) {
	for end := time.Now().Add(length); time.Now().Before(end); {
		f()
	}
}

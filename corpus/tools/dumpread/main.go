// Command dumpread reads the goroutine dump in a file with a Go library and prints what it took.
//
//	dumpread gostackparse FILE
//	dumpread panicparse FILE
//
// gostackparse only reads. panicparse reads and puts equal stacks together, without guessing where
// sources are. Processor time does not count reading the file, but the collector.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/DataDog/gostackparse"
	"github.com/maruel/panicparse/v2/stack"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: dumpread gostackparse|panicparse FILE")
		os.Exit(2)
	}
	text, err := os.ReadFile(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	before := cpuSeconds()
	goroutines, frames, found := 0, 0, 0
	switch os.Args[1] {
	case "gostackparse":
		all, _ := gostackparse.Parse(bytes.NewReader(text))
		goroutines = len(all)
		for _, goroutine := range all {
			frames += len(goroutine.Stack)
		}
	case "panicparse":
		options := stack.DefaultOpts()
		options.GuessPaths = false
		options.AnalyzeSources = false
		snapshot, _, err := stack.ScanSnapshot(bytes.NewReader(text), io.Discard, options)
		if snapshot == nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		goroutines = len(snapshot.Goroutines)
		for _, goroutine := range snapshot.Goroutines {
			frames += len(goroutine.Stack.Calls)
		}
		found = len(snapshot.Aggregate(stack.AnyValue).Buckets)
	}
	cpu := cpuSeconds() - before
	fmt.Printf("{\"bytes\":%d,\"goroutines\":%d,\"frames\":%d,\"found\":%d,\"read_seconds\":%.6f,\"cpu_seconds\":%.6f,\"peak_bytes\":%d}\n",
		len(text), goroutines, frames, found, cpu, cpu, peakBytes())
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func peakBytes() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kib * 1024
		}
	}
	return 0
}

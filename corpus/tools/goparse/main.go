// Command goparse parses the files whose paths come on standard input with go/parser and prints
// what it took: seconds of parsing (wall and processor), bytes of source, bytes of trees, errors.
//
// All files are read before the clock starts, and all trees are kept until it stops. The flags of
// the parser are ParseComments and SkipObjectResolution. The bytes of trees are the growth of the
// live heap. Processor time includes what the collector does on other threads.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"runtime"
	"syscall"
	"time"
)

func main() {
	var paths []string
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		paths = append(paths, lines.Text())
	}
	texts := make([][]byte, len(paths))
	sourceBytes := 0
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		texts[i] = text
		sourceBytes += len(text)
	}
	heapBefore := liveHeap()
	wallBefore, cpuBefore := time.Now(), cpuSeconds()
	files := token.NewFileSet()
	trees := make([]*ast.File, len(paths))
	errors := 0
	for i, path := range paths {
		tree, err := parser.ParseFile(files, path, texts[i], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			errors++
		}
		trees[i] = tree
	}
	wall, cpu := time.Since(wallBefore).Seconds(), cpuSeconds()-cpuBefore
	treeBytes := liveHeap() - heapBefore
	runtime.KeepAlive(trees)
	runtime.KeepAlive(texts)
	fmt.Printf("{\"files\":%d,\"source_bytes\":%d,\"wall_seconds\":%.4f,\"cpu_seconds\":%.4f,\"tree_bytes\":%d,\"errors\":%d}\n",
		len(paths), sourceBytes, wall, cpu, treeBytes, errors)
}

func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

// Pkgsload measures packages.Load with LoadAllSyntax: everything parsed and type-checked from source.
//
// It prints one JSON line: {"packages":N,"errors":N,"seconds":S,"peak_bytes":B}. The peak is that of
// this process; the go command that it runs for the package list comes on top.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/tools/go/packages"
)

type result struct {
	Packages  int     `json:"packages"`
	Errors    int     `json:"errors"`
	Seconds   float64 `json:"seconds"`
	PeakBytes int64   `json:"peak_bytes"`
}

func main() {
	dir := flag.String("C", ".", "folder in which the patterns are resolved")
	flag.Parse()
	began := time.Now()
	config := &packages.Config{Mode: packages.LoadAllSyntax, Dir: *dir}
	roots, err := packages.Load(config, flag.Args()...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	measured := result{Seconds: time.Since(began).Seconds()}
	packages.Visit(roots, nil, func(p *packages.Package) {
		measured.Packages++
		measured.Errors += len(p.Errors)
	})
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err == nil {
		measured.PeakBytes = usage.Maxrss * 1024
	}
	json.NewEncoder(os.Stdout).Encode(measured)
}

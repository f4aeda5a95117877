// Typesdump prints what go/types says of every expression and identifier of the named packages.
//
// The format is described in corpus/tools/README.md; `cargo xtask oracle types` reads it.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	dir := flag.String("C", ".", "folder in which the patterns are resolved")
	out := flag.String("o", "", "folder that receives one .types file for each source file")
	tests := flag.Bool("test", false, "include test files")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: typesdump -o OUT [-C DIR] [-test] PATTERN...")
		os.Exit(2)
	}
	if err := run(*dir, *out, *tests, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(dir, out string, tests bool, patterns []string) error {
	began := time.Now()
	goarch, err := exec.Command("go", "env", "GOARCH").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	packages, err := list(dir, tests, patterns)
	if err != nil {
		return err
	}
	dumped, errors, err := checkAll(packages, strings.TrimSpace(string(goarch)), out)
	fmt.Printf("%d of %d packages dumped, %d type errors, %.1f s\n",
		dumped, len(packages), errors, time.Since(began).Seconds())
	return err
}

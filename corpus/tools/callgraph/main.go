// Callgraph prints the callees of every call in the named packages.
//
// Static callees come from typeutil.StaticCallee. For calls through an interface it lists the
// methods of all types that the whole program converts to some interface and that implement this
// one. The format is described in corpus/tools/README.md; `cargo xtask oracle calls` reads it.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

func main() {
	dir := flag.String("C", ".", "folder in which the patterns are resolved")
	out := flag.String("o", "", "folder that receives one .calls file for each source file")
	flag.Parse()
	if *out == "" || flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: callgraph -o OUT [-C DIR] PATTERN...")
		os.Exit(2)
	}
	if err := run(*dir, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(dir, out string, patterns []string) error {
	began := time.Now()
	config := &packages.Config{Mode: packages.LoadAllSyntax, Dir: dir}
	roots, err := packages.Load(config, patterns...)
	if err != nil {
		return err
	}
	errors := packages.PrintErrors(roots)
	program, _ := ssautil.AllPackages(roots, ssa.InstantiateGenerics)
	program.Build()
	dispatch := newDispatch(program)
	static, dynamic := 0, 0
	for _, p := range roots {
		s, d, err := dump(p, dispatch, out)
		if err != nil {
			return err
		}
		static += s
		dynamic += d
	}
	fmt.Printf("%d packages dumped, %d errors, %d static and %d interface calls, %.1f s\n",
		len(roots), errors, static, dynamic, time.Since(began).Seconds())
	return nil
}

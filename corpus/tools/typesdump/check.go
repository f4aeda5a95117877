package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// checker type-checks listed packages from source, each as soon as its imports are done.
type checker struct {
	fset  *token.FileSet
	sizes types.Sizes
	out   string
	slots chan struct{}
	done  map[string]*unit

	mu     sync.Mutex
	errors int
}

// unit is one package on its way; pkg may be read once ready is closed.
type unit struct {
	ready chan struct{}
	pkg   *types.Package
}

// checkAll checks every package and dumps those that the patterns named.
func checkAll(packages []*listed, goarch, out string) (dumped, errors int, err error) {
	c := &checker{
		fset:  token.NewFileSet(),
		sizes: types.SizesFor("gc", goarch),
		out:   out,
		slots: make(chan struct{}, runtime.GOMAXPROCS(0)),
		done:  make(map[string]*unit),
	}
	for _, p := range packages {
		c.done[p.ImportPath] = &unit{ready: make(chan struct{})}
	}
	failures := make([]error, len(packages))
	var all sync.WaitGroup
	for i, p := range packages {
		if !p.DepOnly && p.ImportPath != "unsafe" {
			dumped++
		}
		all.Go(func() {
			u := c.done[p.ImportPath]
			defer close(u.ready)
			u.pkg, failures[i] = c.check(p)
		})
	}
	all.Wait()
	for _, failure := range failures {
		if failure != nil {
			return dumped, c.errors, failure
		}
	}
	return dumped, c.errors, nil
}

// check waits for the imports of p, then parses and checks it. Only named packages get bodies.
func (c *checker) check(p *listed) (*types.Package, error) {
	if p.ImportPath == "unsafe" {
		return types.Unsafe, nil
	}
	for _, path := range p.Imports {
		if u := c.done[path]; u != nil {
			<-u.ready
		}
	}
	c.slots <- struct{}{}
	defer func() { <-c.slots }()

	var files []*ast.File
	for _, name := range append(append([]string(nil), p.GoFiles...), p.CgoFiles...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		file, err := parser.ParseFile(c.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			c.report(p, err)
		}
		if file != nil {
			files = append(files, file)
		}
	}
	config := types.Config{
		GoVersion:        p.goVersion(),
		IgnoreFuncBodies: p.DepOnly,
		FakeImportC:      true,
		Importer:         importing{c, p},
		Sizes:            c.sizes,
		Error: func(err error) {
			if !p.DepOnly {
				c.report(p, err)
			}
		},
	}
	var info *types.Info
	if !p.DepOnly {
		info = &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue),
			Defs:  make(map[*ast.Ident]types.Object),
			Uses:  make(map[*ast.Ident]types.Object),
		}
	}
	// The errors have been counted; what was checked is dumped all the same.
	pkg, _ := config.Check(p.path(), c.fset, files, info)
	if info == nil {
		return pkg, nil
	}
	return pkg, dump(c.fset, p, files, info, c.out)
}

func (c *checker) report(p *listed, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errors++
	fmt.Fprintf(os.Stderr, "note: %s: %v\n", p.ImportPath, err)
}

// importing resolves the imports of one package through its import map.
type importing struct {
	checker *checker
	from    *listed
}

func (i importing) Import(path string) (*types.Package, error) {
	if mapped, ok := i.from.ImportMap[path]; ok {
		path = mapped
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	u := i.checker.done[path]
	if u == nil || u.pkg == nil {
		return nil, fmt.Errorf("no package %q", path)
	}
	return u.pkg, nil
}

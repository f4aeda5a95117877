// Command variants rewrites the kernels in ways that keep their faults: the same races under other
// names, in other files and packages, and behind helpers, methods, interfaces and generic functions.
//
//	variants KERNELS OUT
//
// Each transformation gets a module of its own in OUT, laid out as KERNELS is, with the labels at
// the lines that now do what the labelled lines did. A kernel that a transformation has nothing to
// do on is left out there. Every variant is type-checked; one that does not hold is an error.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A transformation returns the files of a changed form by their path below the form, or nothing if
// there was nothing to change.
type transformation struct {
	name  string
	apply func(*form) (map[string]string, error)
}

var transformations = []transformation{
	{"rename", rename},
	{"files", splitFiles},
	{"packages", splitPackages},
	{"helper", hide(plainFunction)},
	{"method", hide(methodOfNothing)},
	{"interface", hide(throughInterface)},
	{"generic", hide(genericFunction)},
	{"lock-accessor", moveLocks(lockAccessor)},
	{"lock-helper", moveLocks(lockHelper)},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: variants KERNELS OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(kernels, out string) error {
	entries, err := os.ReadDir(kernels)
	if err != nil {
		return err
	}
	failed := 0
	made := map[string]int{}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		kernel := entry.Name()
		for _, t := range transformations {
			files, err := vary(kernels, kernel, t)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s of %s: %v\n", t.name, kernel, err)
				failed++
				continue
			}
			if files == nil {
				continue
			}
			made[t.name]++
			if err := write(filepath.Join(out, t.name, kernel), files); err != nil {
				return err
			}
		}
	}
	module, err := os.ReadFile(filepath.Join(kernels, "go.mod"))
	if err != nil {
		return err
	}
	for _, t := range transformations {
		fmt.Println(t.name, made[t.name])
		if err := write(filepath.Join(out, t.name), map[string]string{"go.mod": string(module)}); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d variants do not hold", failed)
	}
	return nil
}

// vary returns both forms of a changed kernel, or nothing if its faulty form does not change.
func vary(kernels, kernel string, t transformation) (map[string]string, error) {
	all := map[string]string{}
	var marked map[string]bool
	for _, name := range []string{"faulty", "fixed"} {
		source, err := readForm(filepath.Join(kernels, kernel, name))
		if err != nil {
			return nil, err
		}
		f, err := load(kernel, name, source)
		if err != nil {
			return nil, err
		}
		if f.usesC {
			return nil, nil
		}
		// The twin is changed where the faulty form is: at lines of the same text.
		if name == "faulty" {
			marked = f.labelledLines()
		}
		f.marked = marked
		changed, err := t.apply(f)
		if err != nil {
			return nil, err
		}
		if changed == nil {
			if name == "faulty" {
				return nil, nil
			}
			changed = source
		}
		if _, err := load(kernel, name, changed); err != nil {
			return nil, err
		}
		for path, text := range changed {
			all[name+"/"+path] = text
		}
	}
	return all, nil
}

// readForm returns the Go files of a form by their path below it.
func readForm(dir string) (map[string]string, error) {
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(below)] = string(text)
		return err
	})
	return files, err
}

func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Each build goroutine appends to the same base argument slice with spare capacity, so they write the same array cells.
// want race

package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

type Toolchain struct {
	bin  string
	base []string
}

func NewToolchain(bin string, flags ...string) *Toolchain {
	base := make([]string, 0, 16)
	base = append(base, bin, "-O2")
	base = append(base, flags...)
	return &Toolchain{bin: bin, base: base}
}

func (t *Toolchain) args(src, obj string) []string {
	return append(t.base, "-c", src, "-o", obj) // race: write
}

func exec(argv []string) (string, error) {
	line := strings.Join(argv, " ") // race: read
	if !strings.Contains(line, "-o") {
		return "", fmt.Errorf("no output in %q", line)
	}
	return line, nil
}

func buildAll(t *Toolchain, srcs []string) []string {
	lines := make([]string, len(srcs))
	var wg sync.WaitGroup
	for i, s := range srcs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ln, err := exec(t.args(s, strings.TrimSuffix(s, ".c")+".o"))
			if err != nil {
				ln = err.Error()
			}
			lines[i] = ln
		}()
	}
	wg.Wait()
	slices.Sort(lines)
	return lines
}

func main() {
	t := NewToolchain("cc", "-Wall", "-g")
	var srcs []string
	for i := range 40 {
		srcs = append(srcs, fmt.Sprintf("mod%02d.c", i))
	}
	for range 5 {
		if n := len(buildAll(t, srcs)); n != 40 {
			fmt.Println("built", n)
		}
	}
	fmt.Println("done", slices.Contains(srcs, "mod00.c"))
}

// With clones the label map before it adds to it.

package main

import (
	"fmt"
	"io"
	"maps"
	"sort"
	"strings"
	"sync"
)

type Logger struct {
	out    io.Writer
	level  int
	labels map[string]string
}

func New(w io.Writer) Logger {
	return Logger{out: w, labels: map[string]string{"app": "billing"}}
}

// With returns a logger that adds k=v to each line.
func (l Logger) With(k, v string) Logger {
	child := l
	child.labels = maps.Clone(l.labels)
	child.labels[k] = v
	return child
}

func (l Logger) keys() []string {
	ks := make([]string, 0, len(l.labels))
	for k := range l.labels {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

func (l Logger) Info(msg string) {
	var sb strings.Builder
	sb.WriteString(msg)
	for _, k := range l.keys() {
		fmt.Fprintf(&sb, " %s=%s", k, l.labels[k])
	}
	fmt.Fprintln(l.out, sb.String())
}

func bill(l Logger, customer string) {
	lg := l.With("customer", customer)
	for i := range 20 {
		lg.With("line", fmt.Sprint(i)).Info("charged")
	}
}

func main() {
	root := New(io.Discard)
	var wg sync.WaitGroup
	for _, c := range []string{"c1", "c2", "c3"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			bill(root, c)
		}()
	}
	wg.Wait()
	fmt.Println("billed")
}

// Traceevents prints what Go's own reader says of execution traces, an event a line.
//
//	traceevents print FILE          the events, in the form that cargo xtask oracle trace compares
//	traceevents count FILE          how many events there are, and the processor time that reading took
//	traceevents waits FILE          how long goroutines waited, in nanoseconds by the runtime's reason
//	traceevents unpack DIR OUT      the tests and fuzz inputs of internal/trace below DIR as files
//
// It imports packages that only the standard library may import. So it is built as a package of the
// standard library, with an overlay: see xtask/src/oracle/traces.rs.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"internal/trace"
	"internal/trace/testtrace"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "print":
		return print(args[1])
	case len(args) == 2 && args[0] == "count":
		return count(args[1])
	case len(args) == 2 && args[0] == "waits":
		return waits(args[1])
	case len(args) == 3 && args[0] == "unpack":
		return unpack(args[1], args[2])
	}
	return fmt.Errorf("usage: traceevents print FILE | count FILE | waits FILE | unpack DIR OUT")
}

func count(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	start := cpuSeconds()
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	n := 0
	for ; ; n++ {
		if _, err := r.ReadEvent(); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
	}
	fmt.Printf("{\"bytes\":%d,\"events\":%d,\"cpu_seconds\":%g}\n", len(data), n, cpuSeconds()-start)
	return nil
}

// waits adds up waits that are seen to begin, up to the event that ends them or the end of the trace.
func waits(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := trace.NewReader(file)
	if err != nil {
		return err
	}
	type wait struct {
		reason string
		since  trace.Time
	}
	open := map[trace.GoID]wait{}
	sums := map[string]int64{}
	var last trace.Time
	for {
		e, err := r.ReadEvent()
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		last = e.Time()
		if e.Kind() != trace.EventStateTransition {
			continue
		}
		t := e.StateTransition()
		if t.Resource.Kind != trace.ResourceGoroutine {
			continue
		}
		id := t.Resource.Goroutine()
		from, to := t.Goroutine()
		if from == to {
			continue
		}
		if w, ok := open[id]; ok {
			sums[w.reason] += int64(last - w.since)
			delete(open, id)
		}
		if to == trace.GoWaiting {
			open[id] = wait{t.Reason, last}
		}
	}
	for _, w := range open {
		sums[w.reason] += int64(last - w.since)
	}
	return json.NewEncoder(os.Stdout).Encode(sums)
}

// cpuSeconds is the processor time of all threads so far, the collector's among them.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func print(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	r, err := trace.NewReader(file)
	for err == nil {
		var event trace.Event
		if event, err = r.ReadEvent(); err == nil {
			line(out, event)
		}
	}
	if err != io.EOF {
		text, _, _ := strings.Cut(err.Error(), "\n")
		fmt.Fprintf(out, "error %s\n", text)
	}
	return nil
}

// line writes KIND TIME G P M STACK and details.
func line(out *bufio.Writer, e trace.Event) {
	fmt.Fprintf(out, "%s %d %d %d %d %x", e.Kind(), e.Time(), e.Goroutine(), e.Proc(), e.Thread(), hash(e.Stack()))
	switch e.Kind() {
	case trace.EventSync:
		sync := e.Sync()
		fmt.Fprintf(out, " %d", sync.N)
		if c := sync.ClockSnapshot; c != nil {
			fmt.Fprintf(out, " %d %d %d %d", c.Trace, c.Mono, c.Wall.Unix(), c.Wall.Nanosecond())
		}
	case trace.EventMetric:
		fmt.Fprintf(out, " %d", e.Metric().Value.Uint64())
	case trace.EventLabel:
		fmt.Fprintf(out, " %q", e.Label().Label)
	case trace.EventRangeBegin, trace.EventRangeActive, trace.EventRangeEnd:
		r := e.Range()
		if reason, ok := strings.CutPrefix(r.Name, "stop-the-world ("); ok {
			fmt.Fprintf(out, " %q", strings.TrimSuffix(reason, ")"))
		}
		if e.Kind() == trace.EventRangeActive && r.Scope.Kind == trace.ResourceGoroutine {
			fmt.Fprintf(out, " %d", r.Scope.Goroutine())
		}
		if e.Kind() == trace.EventRangeActive && r.Scope.Kind == trace.ResourceProc {
			fmt.Fprintf(out, " %d", r.Scope.Proc())
		}
		if e.Kind() == trace.EventRangeEnd {
			for _, a := range e.RangeAttributes() {
				fmt.Fprintf(out, " %d", a.Value.Uint64())
			}
		}
	case trace.EventTaskBegin, trace.EventTaskEnd:
		t := e.Task()
		fmt.Fprintf(out, " %d %d %q", t.ID, t.Parent, t.Type)
	case trace.EventRegionBegin, trace.EventRegionEnd:
		r := e.Region()
		fmt.Fprintf(out, " %d %q", r.Task, r.Type)
	case trace.EventLog:
		l := e.Log()
		fmt.Fprintf(out, " %d %q %q", l.Task, l.Category, l.Message)
	case trace.EventStateTransition:
		t := e.StateTransition()
		if t.Resource.Kind == trace.ResourceGoroutine {
			from, to := t.Goroutine()
			fmt.Fprintf(out, " g%d %s %s %q %x", t.Resource.Goroutine(), from, to, t.Reason, hash(t.Stack))
		} else {
			from, to := t.Proc()
			fmt.Fprintf(out, " p%d %s %s", t.Resource.Proc(), from, to)
		}
	}
	out.WriteByte('\n')
}

var hashes = map[trace.Stack]uint64{}

func hash(s trace.Stack) uint64 {
	if s == trace.NoStack {
		return 0
	}
	if known, ok := hashes[s]; ok {
		return known
	}
	h := fnv.New64a()
	n := 0
	for f := range s.Frames() {
		n++
		fmt.Fprintf(h, "%x %s %s:%d\n", f.PC, f.Func, f.File, f.Line)
	}
	hashes[s] = h.Sum64()
	if n == 0 && s.String() == "" {
		hashes[s] = 0
	}
	return hashes[s]
}

func unpack(dir, out string) error {
	tests, err := filepath.Glob(filepath.Join(dir, "tests", "*.test"))
	if err != nil {
		return err
	}
	for _, test := range tests {
		r, _, _, err := testtrace.ParseFile(test)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(test), ".test")
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
	}
	inputs, err := filepath.Glob(filepath.Join(dir, "fuzz", "FuzzReader", "*"))
	if err != nil {
		return err
	}
	for _, input := range inputs {
		text, err := os.ReadFile(input)
		if err != nil {
			return err
		}
		_, value, _ := strings.Cut(string(text), "[]byte(")
		data, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(value), ")"))
		if err != nil {
			return fmt.Errorf("%s: %w", input, err)
		}
		if err := os.WriteFile(filepath.Join(out, "fuzz-"+filepath.Base(input)), []byte(data), 0o644); err != nil {
			return err
		}
	}
	return nil
}

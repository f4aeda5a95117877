package checksums

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"
)

// Manifest is the outcome of a run.
type Manifest struct {
	Sums   map[string]string
	Bytes  int64
	Errors []error
}

// Paths returns all paths in order.
func (m *Manifest) Paths() []string {
	paths := make([]string, 0, len(m.Sums))
	for p := range m.Sums {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	return paths
}

// Write writes lines of sum and path.
func (m *Manifest) Write(w io.Writer) error {
	for _, p := range m.Paths() {
		if _, err := fmt.Fprintf(w, "%s  %s\n", m.Sums[p], p); err != nil {
			return err
		}
	}
	return nil
}

// ReadManifest reads what Write has written.
func ReadManifest(r io.Reader) (*Manifest, error) {
	m := &Manifest{Sums: make(map[string]string)}
	scanner := bufio.NewScanner(r)
	for n := 1; scanner.Scan(); n++ {
		sum, path, ok := strings.Cut(scanner.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("line %d has no path", n)
		}
		m.Sums[path] = sum
	}
	return m, scanner.Err()
}

// Diff returns the paths whose sums differ.
func (m *Manifest) Diff(other *Manifest) []string {
	var out []string
	for _, p := range m.Paths() {
		if other.Sums[p] != m.Sums[p] {
			out = append(out, p)
		}
	}
	for _, p := range other.Paths() {
		if _, ok := m.Sums[p]; !ok {
			out = append(out, p)
		}
	}
	return out
}

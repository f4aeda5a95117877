// Parallel tests share a package-level cache of golden files.
package golden

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

var (
	goldensMu sync.Mutex
	goldens   = map[string]string{}
)

func golden(t *testing.T, name string) string {
	t.Helper()
	goldensMu.Lock()
	defer goldensMu.Unlock()
	if text, ok := goldens[name]; ok {
		return text
	}
	text := strings.ToUpper(name)
	goldens[name] = text
	return text
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for page := range 200 {
		if golden(t, fmt.Sprint("header", page)) == "" {
			t.Error("no header")
		}
	}
}

func TestFooter(t *testing.T) {
	t.Parallel()
	for page := range 200 {
		if golden(t, fmt.Sprint("footer", page)) == "" {
			t.Error("no footer")
		}
	}
}

func TestBoth(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"header", "footer"} {
		if golden(t, name) == "" {
			t.Error("empty")
		}
	}
}

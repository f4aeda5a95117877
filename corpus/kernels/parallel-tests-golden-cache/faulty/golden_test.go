// Parallel tests share a package-level cache of golden files.
// want CT1007 CT1113 CT1001 CT1002
package golden

import (
	"fmt"
	"strings"
	"testing"
)

var goldens = map[string]string{}

func golden(t *testing.T, name string) string {
	t.Helper()
	if text, ok := goldens[name]; ok { // race: read
		return text
	}
	text := strings.ToUpper(name)
	goldens[name] = text // race: write
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

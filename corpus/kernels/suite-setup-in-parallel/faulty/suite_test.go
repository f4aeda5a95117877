// A suite keeps the fixture of the current test in a field, and its tests run in parallel.
// want CT1113 CT1105 CT1102
package suite

import (
	"os"
	"testing"
)

type suite struct{ dir string }

func (s *suite) setUp(t *testing.T) {
	s.dir = t.TempDir() // race: write
}

func (s *suite) write(t *testing.T) {
	t.Parallel()
	s.setUp(t)
	if err := os.WriteFile(s.dir+"/a", nil, 0o600); err != nil { // race: read
		t.Log(err)
	}
}

func (s *suite) list(t *testing.T) {
	t.Parallel()
	s.setUp(t)
	if _, err := os.ReadDir(s.dir); err != nil { // race: read
		t.Log(err)
	}
}

func TestSuite(t *testing.T) {
	s := &suite{}
	t.Run("write", s.write)
	t.Run("list", s.list)
}

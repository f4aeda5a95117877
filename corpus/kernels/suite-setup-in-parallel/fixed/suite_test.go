// A suite keeps the fixture of the current test in a field, and its tests run in parallel.
package suite

import (
	"os"
	"testing"
)

type suite struct{}

func (s *suite) setUp(t *testing.T) string {
	return t.TempDir()
}

func (s *suite) write(t *testing.T) {
	t.Parallel()
	dir := s.setUp(t)
	if err := os.WriteFile(dir+"/a", nil, 0o600); err != nil {
		t.Log(err)
	}
}

func (s *suite) list(t *testing.T) {
	t.Parallel()
	dir := s.setUp(t)
	if _, err := os.ReadDir(dir); err != nil {
		t.Log(err)
	}
}

func TestSuite(t *testing.T) {
	s := &suite{}
	t.Run("write", s.write)
	t.Run("list", s.list)
}

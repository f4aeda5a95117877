//go:build drive

package checksums

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
)

func TestDrive(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 300 {
		files[fmt.Sprintf("d%d/f%d", i%5, i)] = &fstest.MapFile{Data: []byte{byte(i)}}
	}
	m, err := NewHasher(files, Options{}).Run(context.Background(), ".")
	if err != nil || len(m.Errors) > 0 {
		t.Fatal(err, m)
	}
}

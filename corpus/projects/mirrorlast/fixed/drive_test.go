//go:build drive

package mirrorlast

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

type source struct{}

func (source) List(context.Context) ([]Object, error) {
	var out []Object
	for i := range 200 {
		out = append(out, Object{Key: fmt.Sprint(i), Size: 4, ModTime: time.Unix(int64(i), 0)})
	}
	return out, nil
}

func (source) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader("body")), nil
}

type target struct{}

func (target) Has(context.Context, Object) (bool, error) { return false, nil }
func (target) Put(_ context.Context, _ string, r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

func TestDrive(t *testing.T) {
	m := &Mirror{Source: source{}, Target: target{}, Parallel: 8}
	r, err := m.Run(context.Background())
	if err != nil || r.Copied != 200 {
		t.Fatal(err, r)
	}
}

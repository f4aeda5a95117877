//go:build drive

package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"testing/fstest"
)

func TestDrive(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 100 {
		fsys[fmt.Sprint("f", i)] = &fstest.MapFile{Data: []byte("x")}
	}
	sum, err := NewSyncer(printUploader{io.Discard}, Options{Parallel: 4}).Sync(context.Background(), fsys)
	t.Log(sum, err)
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

type dirArchive struct {
	dir string
}

func (a dirArchive) Store(ctx context.Context, day time.Time, totals map[string]int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	raw, err := json.Marshal(totals)
	if err != nil {
		return err
	}
	name := filepath.Join(a.dir, day.Format("2006-01-02")+".json")
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, raw, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}

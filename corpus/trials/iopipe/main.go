// A gzip stream into a pipe that nobody reads, since the upload failed early.
package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

func upload(r io.Reader, bucket string) error {
	if bucket == "" {
		return errors.New("no bucket")
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

func backup(rows []string, bucket string) error {
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() { failed <- upload(r, bucket) }()
	zip := gzip.NewWriter(w)
	for _, row := range rows {
		if _, err := io.WriteString(zip, row); err != nil {
			return err
		}
	}
	zip.Close()
	w.Close()
	return <-failed
}

func main() {
	rows := make([]string, 50000)
	for i := range rows {
		rows[i] = strings.Repeat(fmt.Sprint(i*7919), 9)
	}
	fmt.Println(backup(rows, ""))
}

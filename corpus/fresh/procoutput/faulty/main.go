// The stdout and stderr copiers both write to one bytes.Buffer that has no lock.
// want race

package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

type process struct {
	stdout, stderr io.Reader
}

func start(name string) *process {
	return &process{
		stdout: strings.NewReader(strings.Repeat(name+": compiled\n", 100)),
		stderr: strings.NewReader(strings.Repeat(name+": warning\n", 100)),
	}
}

type capture struct {
	buf bytes.Buffer
}

func (c *capture) Write(p []byte) (int, error) {
	return c.buf.Write(p) // race: write
}

func drip(dst io.Writer, src io.Reader) error {
	chunk := make([]byte, 24)
	for {
		n, err := src.Read(chunk)
		if n > 0 {
			if _, werr := dst.Write(chunk[:n]); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *process) combined() (string, error) {
	c := &capture{}
	errs := make(chan error, 2)
	for _, src := range []io.Reader{p.stdout, p.stderr} {
		go func() { errs <- drip(c, src) }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			return "", err
		}
	}
	return c.buf.String(), nil
}

func main() {
	for _, n := range []string{"lexer", "parser", "linker"} {
		out, err := start(n).combined()
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(n, len(out) > 0)
	}
}

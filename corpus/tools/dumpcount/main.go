// Command dumpcount counts the goroutines and frames of recorded dumps, one line a file:
//
//	FILE GOROUTINES FRAMES
//
// It knows three things only: a header is `goroutine N ... [...]...:` at the start of a line, or
// `runtime stack:`; a
// frame is a line that ends with `)` followed by a line that begins with a TAB; `created by` is no
// frame. That is all that Go's own printing promises, so it can judge a reader that knows more.
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

var header = regexp.MustCompile(`^goroutine \d+ (gp=\S+ m=\S+ (mp=\S+ )?)?\[.*\].*:$`)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, name := range os.Args[1:] {
		goroutines, frames, err := count(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(out, name, goroutines, frames)
	}
}

func count(name string) (goroutines, frames int, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, 0, err
	}
	inside := false
	previous := ""
	for _, line := range strings.Split(string(text), "\n") {
		switch {
		case header.MatchString(line) || line == "runtime stack:":
			goroutines++
			inside = true
		case line == "":
			inside = false
		case inside && strings.HasPrefix(line, "\t") && isCall(previous):
			frames++
		}
		previous = line
	}
	return goroutines, frames, nil
}

func isCall(line string) bool {
	return strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "\t") &&
		!strings.HasPrefix(line, "created by ")
}

// Command goerrors prints, for each file whose path comes on standard input, the path, a tab and
// the lines on which go/parser reports errors. Line directives are not followed.
//
// The example parse_files of the crate contend-syntax prints the same with the argument errors.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"slices"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path := lines.Text()
		text, err := os.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		fmt.Fprintf(out, "%s\t%s\n", path, strings.Join(errorLines(path, text), " "))
	}
}

func errorLines(path string, text []byte) []string {
	mode := parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	_, err := parser.ParseFile(token.NewFileSet(), path, text, mode)
	list, _ := err.(scanner.ErrorList)
	var lines []int
	for _, one := range list {
		lines = append(lines, 1+bytes.Count(text[:one.Pos.Offset], []byte("\n")))
	}
	slices.Sort(lines)
	var found []string
	for _, line := range slices.Compact(lines) {
		found = append(found, fmt.Sprint(line))
	}
	return found
}

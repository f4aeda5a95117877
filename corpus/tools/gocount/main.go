// Command gocount prints one JSON line for each file whose path comes on standard input: the path
// and how many nodes of each kind the go/ast tree of the file has.
//
// Comments are counted as ast.File.Comments lists them. The example count_nodes of the crate
// contend-syntax prints the same lines; they must be equal byte by byte.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"sort"
	"strconv"
	"strings"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path := lines.Text()
		files := token.NewFileSet()
		tree, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		errors := 0
		if list, ok := err.(scanner.ErrorList); ok {
			errors = len(list)
		}
		counts := make(map[string]int)
		if tree != nil {
			count(tree, counts)
		}
		fmt.Fprintf(out, "{\"file\":%s,\"errors\":%d,\"counts\":{%s}}\n", strconv.Quote(path), errors, join(counts))
	}
}

func count(tree *ast.File, counts map[string]int) {
	ast.Inspect(tree, func(node ast.Node) bool {
		switch node.(type) {
		case nil:
			return true
		case *ast.CommentGroup:
			return false
		}
		counts[strings.TrimPrefix(fmt.Sprintf("%T", node), "*ast.")]++
		return true
	})
	for _, group := range tree.Comments {
		counts["CommentGroup"]++
		counts["Comment"] += len(group.List)
	}
}

func join(counts map[string]int) string {
	kinds := make([]string, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%q:%d", kind, counts[kind])
	}
	return strings.Join(kinds, ",")
}

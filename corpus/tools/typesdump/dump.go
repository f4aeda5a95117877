package main

import (
	"bufio"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// entry is one line of a dump; letter and text are what follows the offsets.
type entry struct {
	start, end int
	letter     byte
	text       string
}

// dump writes one file of entries for each source file of the package.
func dump(fset *token.FileSet, p *listed, files []*ast.File, info *types.Info, out string) error {
	w := &writer{fset: fset}
	dir := filepath.Join(out, filepath.FromSlash(p.path()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, file := range files {
		source := fset.File(file.FileStart)
		name := filepath.Join(dir, filepath.Base(source.Name())+".types")
		if err := write(name, w.entries(file, source, info)); err != nil {
			return err
		}
	}
	return nil
}

// entries walks the tree, so that nodes which the checker made up (the 1 of x++) stay out.
func (w *writer) entries(file *ast.File, source *token.File, info *types.Info) []entry {
	var entries []entry
	ast.Inspect(file, func(node ast.Node) bool {
		expr, ok := node.(ast.Expr)
		if !ok {
			return true
		}
		add := func(letter byte, text string) {
			start, end := source.Offset(expr.Pos()), source.Offset(expr.End())
			entries = append(entries, entry{start, end, letter, text})
		}
		if tv, ok := info.Types[expr]; ok {
			add('E', modeOf(tv)+" "+w.typeOf(tv))
		}
		if ident, ok := expr.(*ast.Ident); ok {
			if obj := info.Defs[ident]; obj != nil {
				add('D', w.object(obj)+" "+w.objectType(obj))
			}
			if obj := info.Uses[ident]; obj != nil {
				add('U', w.object(obj))
			}
		}
		return true
	})
	return entries
}

func write(name string, entries []entry) error {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end),
			cmp.Compare(a.letter, b.letter), strings.Compare(a.text, b.text))
	})
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	for _, e := range entries {
		fmt.Fprintf(buffered, "%c %d %d %s\n", e.letter, e.start, e.end, e.text)
	}
	if err := buffered.Flush(); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

// modeOf names the operand mode as go/types means it.
func modeOf(tv types.TypeAndValue) string {
	switch {
	case tv.IsVoid():
		return "novalue"
	case tv.IsType():
		return "type"
	case tv.IsBuiltin():
		return "builtin"
	case tv.Value != nil:
		return "const"
	case tv.IsNil():
		return "nil"
	case tv.Addressable():
		return "var"
	case tv.Assignable():
		return "mapindex"
	case tv.HasOk():
		return "commaok"
	}
	return "value"
}

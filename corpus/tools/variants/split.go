package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// splitFiles gives each declaration a file of its own.
func splitFiles(f *form) (map[string]string, error) {
	p := f.root()
	out := map[string]string{}
	for _, other := range f.packages {
		if other != p {
			for _, file := range other.files {
				out[file.name] = file.text
			}
		}
	}
	n := 0
	for _, file := range p.files {
		suffix := ".go"
		if strings.HasSuffix(file.name, "_test.go") {
			suffix = "_test.go"
		}
		for _, decl := range declarations(file) {
			n++
			text := f.head(file, file.tree.Name.Name, n == 1) + importsOf(p, decl, nil) + f.declText(file, decl)
			out[path.Join(p.dir, fmt.Sprintf("part%02d%s", n, suffix))] = text
		}
	}
	if n < 2 {
		return nil, nil
	}
	return out, nil
}

// declarations are all but the imports.
func declarations(file *goFile) []ast.Decl {
	var decls []ast.Decl
	for _, decl := range file.tree.Decls {
		if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.IMPORT {
			continue
		}
		decls = append(decls, decl)
	}
	return decls
}

// head is what a file starts with: the directives of the original, all that is expected of the form
// if it is the one file that says so, the clause.
func (f *form) head(file *goFile, name string, withWants bool) string {
	var out strings.Builder
	if withWants {
		for _, other := range f.root().files {
			for _, line := range f.above(other) {
				if strings.HasPrefix(line, "// want ") || strings.HasPrefix(line, "// run ") {
					out.WriteString(line + "\n")
				}
			}
		}
	}
	for _, line := range f.above(file) {
		if strings.HasPrefix(line, "//go:build ") {
			out.WriteString(line + "\n\n")
		}
	}
	return out.String() + "package " + name + "\n\n"
}

// above are the lines before the package clause.
func (f *form) above(file *goFile) []string {
	return strings.Split(file.text[:f.offset(file.tree.Package)], "\n")
}

// declText is the declaration as edited, with its comment and with what stands behind its last line.
func (f *form) declText(file *goFile, decl ast.Decl) string {
	start := decl.Pos()
	var doc *ast.CommentGroup
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		doc = decl.Doc
	case *ast.GenDecl:
		doc = decl.Doc
	}
	if doc != nil {
		start = doc.Pos()
	}
	end := f.offset(decl.End())
	if n := strings.IndexByte(file.text[end:], '\n'); n >= 0 {
		end += n
	}
	return file.edited(f.offset(start), end) + "\n"
}

// importsOf is the import declaration that a node needs, and more paths.
func importsOf(p *goPackage, node ast.Node, more []string) string {
	lines := map[string]bool{}
	ast.Inspect(node, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok {
			if name, ok := p.info.Uses[ident].(*types.PkgName); ok {
				lines[importLine(name)] = true
			}
		}
		return true
	})
	for _, path := range more {
		lines[fmt.Sprintf("%q", path)] = true
	}
	return importBlock(lines)
}

func importLine(name *types.PkgName) string {
	line := fmt.Sprintf("%q", name.Imported().Path())
	if name.Name() != name.Imported().Name() {
		line = name.Name() + " " + line
	}
	return line
}

func importBlock(lines map[string]bool) string {
	if len(lines) == 0 {
		return ""
	}
	return "import (\n\t" + strings.Join(sortedKeys(lines), "\n\t") + "\n)\n\n"
}

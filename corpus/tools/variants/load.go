package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"sort"
	"strings"
)

const (
	module   = "example.com/kernels"
	language = "go1.25"
	label    = "// race: "
)

// A form is one program: the faulty one or its twin.
type form struct {
	kernel, name string
	fset         *token.FileSet
	// packages in import order; the one that runs is the last.
	packages []*goPackage
	usesC    bool
	// marked are the texts of the lines that do what the labels say.
	marked map[string]bool
}

type goPackage struct {
	dir   string
	files []*goFile
	types *types.Package
	info  *types.Info
}

// A goFile keeps its text: all changes are made in the text, so that comments stay at their lines.
type goFile struct {
	name  string
	text  string
	tree  *ast.File
	edits []edit
}

type edit struct {
	start, end int
	text       string
}

// The standard library is read from source, once for all forms.
var (
	libraryFiles = token.NewFileSet()
	library      types.Importer
)

func init() {
	build.Default.CgoEnabled = false
	library = importer.ForCompiler(libraryFiles, "source", nil)
}

// load parses and checks the files of a form.
func load(kernel, name string, files map[string]string) (*form, error) {
	f := &form{kernel: kernel, name: name, fset: token.NewFileSet()}
	byDir := map[string]*goPackage{}
	for _, file := range sortedKeys(files) {
		tree, err := parser.ParseFile(f.fset, name+"/"+file, files[file], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		dir := path.Dir(file)
		if byDir[dir] == nil {
			byDir[dir] = &goPackage{dir: dir}
		}
		byDir[dir].files = append(byDir[dir].files, &goFile{name: file, text: files[file], tree: tree})
		for _, spec := range tree.Imports {
			if spec.Path.Value == `"C"` {
				f.usesC = true
				return f, nil
			}
		}
	}
	done := map[string]*types.Package{}
	for len(done) < len(byDir) {
		before := len(done)
		for _, dir := range sortedKeys(byDir) {
			p := byDir[dir]
			if done[f.pathOf(dir)] != nil || !f.ready(p, byDir, done) {
				continue
			}
			if err := f.check(p, done); err != nil {
				return nil, err
			}
			done[f.pathOf(dir)] = p.types
			f.packages = append(f.packages, p)
		}
		if len(done) == before {
			return nil, errors.New("the packages import each other")
		}
	}
	return f, nil
}

func (f *form) pathOf(dir string) string {
	return path.Join(module, f.kernel, f.name, dir)
}

// ready says whether all packages of the form that p imports are checked.
func (f *form) ready(p *goPackage, byDir map[string]*goPackage, done map[string]*types.Package) bool {
	for dir := range byDir {
		wanted := `"` + f.pathOf(dir) + `"`
		for _, file := range p.files {
			for _, spec := range file.tree.Imports {
				if spec.Path.Value == wanted && done[f.pathOf(dir)] == nil {
					return false
				}
			}
		}
	}
	return true
}

type imports map[string]*types.Package

func (own imports) Import(path string) (*types.Package, error) {
	if p := own[path]; p != nil {
		return p, nil
	}
	return library.Import(path)
}

func (f *form) check(p *goPackage, done map[string]*types.Package) error {
	p.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
	var problems []error
	config := types.Config{
		Importer:  imports(done),
		GoVersion: language,
		Error:     func(err error) { problems = append(problems, err) },
	}
	var trees []*ast.File
	for _, file := range p.files {
		trees = append(trees, file.tree)
	}
	checked, _ := config.Check(f.pathOf(p.dir), f.fset, trees, p.info)
	p.types = checked
	if len(problems) > 0 {
		return fmt.Errorf("%w (%d problems)", problems[0], len(problems))
	}
	return nil
}

// root is the package that runs.
func (f *form) root() *goPackage {
	for _, p := range f.packages {
		if p.dir == "." {
			return p
		}
	}
	return f.packages[len(f.packages)-1]
}

func (f *form) offset(pos token.Pos) int { return f.fset.Position(pos).Offset }
func (f *form) line(pos token.Pos) int   { return f.fset.Position(pos).Line }

// source is the text of a node.
func (f *form) source(file *goFile, node ast.Node) string {
	return file.text[f.offset(node.Pos()):f.offset(node.End())]
}

// lineText is the whole line that holds pos, without its label.
func (f *form) lineText(file *goFile, pos token.Pos) (text, labelled string) {
	at := f.offset(pos)
	start := strings.LastIndexByte(file.text[:at], '\n') + 1
	end := len(file.text)
	if n := strings.IndexByte(file.text[at:], '\n'); n >= 0 {
		end = at + n
	}
	text = file.text[start:end]
	if n := strings.Index(text, label); n >= 0 {
		text, labelled = text[:n], text[n:]
	}
	return strings.TrimSpace(text), labelled
}

// labelledLines are the texts of all lines with a label.
func (f *form) labelledLines() map[string]bool {
	lines := map[string]bool{}
	for _, p := range f.packages {
		for _, file := range p.files {
			for _, line := range strings.Split(file.text, "\n") {
				if text, _, found := strings.Cut(line, label); found {
					lines[strings.TrimSpace(text)] = true
				}
			}
		}
	}
	return lines
}

func (file *goFile) replace(start, end int, text string) {
	file.edits = append(file.edits, edit{start, end, text})
}

// edited is the part of the text from start to end with all edits that lie in it.
func (file *goFile) edited(start, end int) string {
	sort.Slice(file.edits, func(i, j int) bool { return file.edits[i].start < file.edits[j].start })
	var out strings.Builder
	at := start
	for _, e := range file.edits {
		if e.start < at || end < e.end {
			continue
		}
		out.WriteString(file.text[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.WriteString(file.text[at:end])
	return out.String()
}

// all returns every file of the form as edited.
func (f *form) all() map[string]string {
	files := map[string]string{}
	for _, p := range f.packages {
		for _, file := range p.files {
			files[file.name] = withoutUnused(file.edited(0, len(file.text)))
		}
	}
	return files
}

// withoutUnused drops the imports that nothing in the text uses any more.
func withoutUnused(text string) string {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	used := map[string]bool{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok {
				used[name.Name] = true
			}
		}
		return true
	})
	// From the last to the first, so that the offsets before stay right.
	for i := len(tree.Imports) - 1; i >= 0; i-- {
		spec := tree.Imports[i]
		name := strings.TrimPrefix(path.Base(strings.Trim(spec.Path.Value, `"`)), "go-")
		if name == "v2" {
			name = "rand"
		}
		if spec.Name != nil || used[name] {
			continue
		}
		start, end := fset.Position(spec.Pos()).Offset, fset.Position(spec.End()).Offset
		if alone := "import " + spec.Path.Value; strings.HasSuffix(text[:end], alone) {
			start = end - len(alone)
		}
		text = text[:start] + text[end:]
	}
	return text
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

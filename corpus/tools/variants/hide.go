package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// An access is a piece of code at a labelled line that is moved elsewhere.
type access struct {
	p    *goPackage
	file *goFile
	node ast.Node
	// results of an expression; none for a statement.
	results []types.Type
	// pointed are the variables that the code must reach by address.
	pointed map[types.Object]bool
	// needed are the imports for the types that the moved code names.
	needed map[string]bool
	label  string
	number int
}

// A hiding writes the declarations that now hold the access, and the code that stands in its place.
type hiding func(f *form, a *access, params []param) (declarations, call string, ok bool)

// A param is a variable of the function around an access, as the moved code gets it.
type param struct {
	name     string
	spelled  string
	argument string
}

// hide moves the accesses at the marked lines away, each into a declaration of its own.
func hide(how hiding) func(*form) (map[string]string, error) {
	return func(f *form) (map[string]string, error) {
		number := 0
		out := map[string]string{}
		for _, p := range f.packages {
			var added strings.Builder
			imports := map[string]bool{}
			for _, a := range f.accesses(p) {
				number++
				a.number = number
				f.move(a, how, &added, imports)
			}
			if added.Len() == 0 {
				continue
			}
			first := p.files[0]
			name := "hidden.go"
			if strings.HasSuffix(first.name, "_test.go") {
				name = "hidden_test.go"
			}
			out[path.Join(p.dir, name)] = f.head(first, first.tree.Name.Name, false) + importBlock(imports) + added.String()
		}
		if len(out) == 0 {
			return nil, nil
		}
		for name, text := range f.all() {
			out[name] = text
		}
		return out, nil
	}
}

// move adds the declarations for one access, if it can be spelled outside of its function.
func (f *form) move(a *access, how hiding, added *strings.Builder, imports map[string]bool) {
	params, ok := f.params(a)
	if !ok {
		return
	}
	declarations, call, ok := how(f, a, params)
	if !ok {
		return
	}
	start, end := f.offset(a.node.Pos()), f.offset(a.node.End())
	for _, e := range a.file.edits {
		if e.start < end && start < e.end {
			return
		}
	}
	ast.Inspect(a.node, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok {
			if name, ok := a.p.info.Uses[ident].(*types.PkgName); ok {
				a.needed[importLine(name)] = true
			}
		}
		return true
	})
	for line := range a.needed {
		// What was only needed for a type may not be mentioned by the declarations at all.
		last := strings.Trim(line[strings.LastIndexAny(line, `/"`+" ")+1:], `"`)
		if last == "" {
			last = path.Base(strings.Trim(line, `"`))
		}
		if strings.Contains(declarations, last+".") {
			imports[line] = true
		}
	}
	a.file.replace(start, end, call)
	if !strings.Contains(a.file.edited(0, len(a.file.text)), call) {
		return
	}
	added.WriteString(declarations + "\n")
}

// body is the moved code, with its label.
func (f *form) body(a *access) string {
	text, last := f.rewritten(a), ""
	if _, isIndex := a.node.(*ast.IndexExpr); isIndex && len(a.results) == 2 {
		text, last = "foundValue, isFound := "+text, "\n\treturn foundValue, isFound"
	} else if len(a.results) > 0 {
		text = "return " + text
	}
	first, rest, more := strings.Cut(text, "\n")
	if a.label != "" {
		first += " " + a.label
	}
	if more {
		first += "\n" + rest
	}
	return first + last
}

// rewritten is the code of the access with `(*v)` for each variable that it reaches by address.
func (f *form) rewritten(a *access) string {
	start := f.offset(a.node.Pos())
	var out strings.Builder
	at := start
	ast.Inspect(a.node, func(n ast.Node) bool {
		if ident, ok := n.(*ast.Ident); ok && a.pointed[a.p.info.Uses[ident]] {
			out.WriteString(a.file.text[at:f.offset(ident.Pos())])
			out.WriteString("(*" + ident.Name + ")")
			at = f.offset(ident.End())
		}
		return true
	})
	out.WriteString(a.file.text[at:f.offset(a.node.End())])
	return out.String()
}

// params are the local variables that the access uses.
func (f *form) params(a *access) ([]param, bool) {
	var params []param
	seen := map[types.Object]bool{}
	names := map[string]bool{}
	fine := true
	ast.Inspect(a.node, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		object := a.p.info.Uses[ident]
		switch object := object.(type) {
		case *types.Var:
			if object.IsField() || object.Parent() == a.p.types.Scope() || object.Pkg() != a.p.types || seen[object] {
				return true
			}
		case *types.TypeName, *types.Const, *types.Func:
			// Declared inside of the function: it has no name outside.
			if object.Pkg() == a.p.types && object.Parent() != a.p.types.Scope() && object.Parent() != nil {
				fine = false
			}
			return true
		default:
			return true
		}
		seen[object] = true
		spelled, ok := f.spell(a.p, object.Type(), a.needed)
		if !ok || names[ident.Name] {
			fine = false
			return true
		}
		names[ident.Name] = true
		it := param{ident.Name, spelled, ident.Name}
		if isAggregate(object.Type()) {
			a.pointed[object] = true
		}
		if a.pointed[object] {
			it.spelled, it.argument = "*"+spelled, "&"+ident.Name
		}
		params = append(params, it)
		return true
	})
	return params, fine
}

// spell writes a type as the package's code would, and notes the imports for that. Types without a
// name outside of a function, and type parameters, cannot be spelled.
func (f *form) spell(p *goPackage, t types.Type, imports map[string]bool) (string, bool) {
	fine := true
	text := types.TypeString(t, func(other *types.Package) string {
		if other == p.types {
			return ""
		}
		imports[fmt.Sprintf("%q", other.Path())] = true
		return other.Name()
	})
	var walk func(t types.Type, depth int)
	walk = func(t types.Type, depth int) {
		if depth > 8 {
			return
		}
		switch t := t.(type) {
		case *types.TypeParam:
			fine = false
		case *types.Named:
			object := t.Obj()
			if object.Pkg() != nil && object.Parent() != object.Pkg().Scope() || object.Pkg() != nil && object.Pkg() != p.types && !object.Exported() {
				fine = false
			}
			for i := range t.TypeArgs().Len() {
				walk(t.TypeArgs().At(i), depth+1)
			}
		case *types.Pointer:
			walk(t.Elem(), depth+1)
		case *types.Slice:
			walk(t.Elem(), depth+1)
		case *types.Array:
			walk(t.Elem(), depth+1)
		case *types.Chan:
			walk(t.Elem(), depth+1)
		case *types.Map:
			walk(t.Key(), depth+1)
			walk(t.Elem(), depth+1)
		case *types.Signature:
			walk(t.Params(), depth+1)
			walk(t.Results(), depth+1)
		case *types.Tuple:
			for v := range t.Variables() {
				walk(v.Type(), depth+1)
			}
		case *types.Struct:
			fine = fine && t.NumFields() == 0
		case *types.Basic:
			fine = fine && t.Kind() != types.UntypedNil && t.Kind() != types.Invalid
		}
	}
	walk(t, 0)
	return text, fine
}

func isAggregate(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

// root is the variable whose own memory an assignment to the expression changes.
func (p *goPackage) rootOf(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		return p.info.Uses[e]
	case *ast.ParenExpr:
		return p.rootOf(e.X)
	case *ast.SelectorExpr:
		if selection := p.info.Selections[e]; selection != nil && !isPointer(p.info.TypeOf(e.X)) && !selection.Indirect() {
			return p.rootOf(e.X)
		}
	case *ast.IndexExpr:
		if _, isArray := p.info.TypeOf(e.X).Underlying().(*types.Array); isArray {
			return p.rootOf(e.X)
		}
	}
	return nil
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func isIncrement(s ast.Stmt) (ast.Expr, bool) {
	if s, ok := s.(*ast.IncDecStmt); ok {
		return s.X, true
	}
	return nil, false
}

func isPlainAssignment(s *ast.AssignStmt) bool { return s.Tok != token.DEFINE }

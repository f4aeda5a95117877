package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

func lists(params []param) (declared, passed string) {
	var left, right []string
	for _, p := range params {
		left = append(left, p.name+" "+p.spelled)
		right = append(right, p.argument)
	}
	return strings.Join(left, ", "), strings.Join(right, ", ")
}

func (f *form) resultList(a *access) (string, bool) {
	var spelled []string
	for _, t := range a.results {
		text, ok := f.spell(a.p, t, a.needed)
		if !ok {
			return "", false
		}
		spelled = append(spelled, text)
	}
	if len(spelled) == 0 {
		return "", true
	}
	if len(spelled) == 1 {
		return " " + spelled[0], true
	}
	return " (" + strings.Join(spelled, ", ") + ")", true
}

// plainFunction moves the access into a function.
func plainFunction(f *form, a *access, params []param) (string, string, bool) {
	declared, passed := lists(params)
	results, ok := f.resultList(a)
	name := fmt.Sprintf("hidden%d", a.number)
	return fmt.Sprintf("func %s(%s)%s {\n\t%s\n}\n", name, declared, results, f.body(a)), name + "(" + passed + ")", ok
}

// methodOfNothing moves it into a method: of the first pointer to a type of the package that it
// uses, or of a type of its own.
func methodOfNothing(f *form, a *access, params []param) (string, string, bool) {
	results, ok := f.resultList(a)
	name := fmt.Sprintf("hidden%d", a.number)
	for i, p := range params {
		spelled, isPointer := strings.CutPrefix(p.spelled, "*")
		object, isType := a.p.types.Scope().Lookup(spelled).(*types.TypeName)
		if !isPointer || !isType || object.IsAlias() || !isAggregate(object.Type()) {
			continue
		}
		rest := append(append([]param{}, params[:i]...), params[i+1:]...)
		declared, passed := lists(rest)
		receiver := strings.TrimPrefix(p.argument, "&")
		return fmt.Sprintf("func (%s *%s) %s(%s)%s {\n\t%s\n}\n", p.name, spelled, name, declared, results, f.body(a)),
			receiver + "." + name + "(" + passed + ")", ok
	}
	declared, passed := lists(params)
	return fmt.Sprintf("type %sDoer struct{}\n\nfunc (%sDoer) do(%s)%s {\n\t%s\n}\n", name, name, declared, results, f.body(a)),
		"(" + name + "Doer{}).do(" + passed + ")", ok
}

// throughInterface calls the method through an interface.
func throughInterface(f *form, a *access, params []param) (string, string, bool) {
	declared, passed := lists(params)
	results, ok := f.resultList(a)
	name := fmt.Sprintf("hidden%d", a.number)
	text := fmt.Sprintf("type %sDoer interface{ do(%s)%s }\n\n", name, declared, results) +
		fmt.Sprintf("type %sOnly struct{}\n\n", name) +
		fmt.Sprintf("func (%sOnly) do(%s)%s {\n\t%s\n}\n\n", name, declared, results, f.body(a)) +
		fmt.Sprintf("var %s %sDoer = %sOnly{}\n", name, name, name)
	return text, name + ".do(" + passed + ")", ok
}

// genericFunction moves it into a generic function for elements of maps and for what has an
// address; other accesses become a closure that a generic function calls.
func genericFunction(f *form, a *access, _ []param) (string, string, bool) {
	name := fmt.Sprintf("hidden%d", a.number)
	tail := ""
	if a.label != "" {
		tail = " " + a.label
	}
	text := func(n ast.Node) string { return f.source(a.file, n) }
	const overMap = "[M ~map[K]V, K comparable, V any]"
	switch n := a.node.(type) {
	case *ast.IndexExpr:
		if _, isMap := a.p.info.TypeOf(n.X).Underlying().(*types.Map); isMap {
			call := name + "(" + text(n.X) + ", " + text(n.Index) + ")"
			if len(a.results) == 2 {
				return fmt.Sprintf("func %s%s(m M, k K) (V, bool) {\n\tv, ok := m[k]%s\n\treturn v, ok\n}\n", name, overMap, tail), call, true
			}
			return fmt.Sprintf("func %s%s(m M, k K) V {\n\treturn m[k]%s\n}\n", name, overMap, tail), call, true
		}
	case *ast.AssignStmt:
		if len(n.Lhs) != 1 || n.Tok != token.ASSIGN {
			break
		}
		left, right := a.p.info.TypeOf(n.Lhs[0]), a.p.info.TypeOf(n.Rhs[0])
		if !types.Identical(left, right) {
			break
		}
		if index, ok := n.Lhs[0].(*ast.IndexExpr); ok && !a.p.info.Types[index].Addressable() {
			return fmt.Sprintf("func %s%s(m M, k K, v V) {\n\tm[k] = v%s\n}\n", name, overMap, tail),
				fmt.Sprintf("%s(%s, %s, %s)", name, text(index.X), text(index.Index), text(n.Rhs[0])), true
		}
		if a.p.info.Types[n.Lhs[0]].Addressable() {
			return fmt.Sprintf("func %s[T any](p *T, v T) {\n\t*p = v%s\n}\n", name, tail),
				fmt.Sprintf("%s(&%s, %s)", name, text(n.Lhs[0]), text(n.Rhs[0])), true
		}
	case *ast.SelectorExpr, *ast.Ident:
		if a.p.info.Types[n.(ast.Expr)].Addressable() {
			return fmt.Sprintf("func %s[T any](p *T) T {\n\treturn *p%s\n}\n", name, tail), name + "(&" + text(n) + ")", true
		}
	}
	return f.closure(a, name)
}

func (f *form) closure(a *access, name string) (string, string, bool) {
	if len(a.results) == 0 {
		// A statement of one line stays one, so that its label does not move.
		return fmt.Sprintf("func %s[T any](on T, do func(T)) { do(on) }\n", name),
			fmt.Sprintf("%s(0, func(int) { %s })", name, f.source(a.file, a.node)), true
	}
	if len(a.results) != 1 {
		return "", "", false
	}
	imports := map[string]bool{}
	spelled, ok := f.spell(a.p, a.results[0], imports)
	for line := range imports {
		found := false
		for _, spec := range a.file.tree.Imports {
			found = found || spec.Path.Value == line
		}
		ok = ok && found
	}
	return fmt.Sprintf("func %s[T any](do func() T) T { return do() }\n", name),
		fmt.Sprintf("%s(func() %s { return %s })", name, spelled, f.source(a.file, a.node)), ok
}

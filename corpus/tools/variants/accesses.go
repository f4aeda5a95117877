package main

import (
	"go/ast"
	"go/types"
)

// accesses are the statements and expressions of the package that stand at marked lines.
func (f *form) accesses(p *goPackage) []*access {
	var found []*access
	for _, file := range p.files {
		for _, decl := range declarations(file) {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			s := &search{f: f, p: p, file: file}
			s.functions = []ast.Node{fn}
			s.visit(fn.Body)
			found = append(found, s.found...)
		}
	}
	return found
}

type search struct {
	f     *form
	p     *goPackage
	file  *goFile
	found []*access
	// functions around the node, the innermost last.
	functions []ast.Node
}

// take notes a node as an access.
func (s *search) take(node ast.Node, results []types.Type, pointed ...types.Object) {
	_, labelled := s.f.lineText(s.file, node.Pos())
	a := &access{p: s.p, file: s.file, node: node, results: results, label: labelled, pointed: map[types.Object]bool{}, needed: map[string]bool{}}
	for _, object := range pointed {
		if v, ok := object.(*types.Var); ok && !v.IsField() && v.Parent() != s.p.types.Scope() {
			a.pointed[object] = true
		}
	}
	s.found = append(s.found, a)
}

func (s *search) isMarked(n ast.Node) bool {
	text, _ := s.f.lineText(s.file, n.Pos())
	return s.f.marked[text]
}

// visit looks at all statements below the node.
func (s *search) visit(node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			s.functions = append(s.functions, n)
			s.visit(n.Body)
			s.functions = s.functions[:len(s.functions)-1]
			return false
		case ast.Stmt:
			return !s.isMarked(n) || s.statement(n)
		case ast.Expr:
			if s.isMarked(n) {
				s.expression(n)
				return false
			}
		}
		return true
	})
}

// statement looks at a statement that begins at a marked line; it says whether to look inside.
func (s *search) statement(n ast.Stmt) bool {
	if target, ok := isIncrement(n); ok {
		s.take(n, nil, s.p.rootOf(target))
		return false
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		if isPlainAssignment(n) && !holdsFunction(n) {
			var roots []types.Object
			for _, target := range n.Lhs {
				if ident, ok := target.(*ast.Ident); ok && ident.Name == "_" {
					continue
				}
				roots = append(roots, s.p.rootOf(target))
			}
			s.take(n, nil, roots...)
			return false
		}
		if isPlainAssignment(n) {
			for _, e := range n.Rhs {
				s.expression(e)
			}
			return false
		}
		// A definition: what is read for it.
		if len(n.Lhs) == 2 && len(n.Rhs) == 1 {
			s.pair(n.Rhs[0])
			return false
		}
		for _, e := range n.Rhs {
			s.expression(e)
		}
		return false
	case *ast.ExprStmt:
		if call, ok := n.X.(*ast.CallExpr); ok && !holdsFunction(n) && !s.isLocking(call) {
			s.take(n, nil)
			return false
		}
	case *ast.DeferStmt, *ast.GoStmt:
		return true
	}
	return true
}

// pair looks at an expression with two values.
func (s *search) pair(e ast.Expr) {
	if tuple, ok := s.p.info.TypeOf(e).(*types.Tuple); ok && !holdsFunction(e) {
		index, isIndex := e.(*ast.IndexExpr)
		_, isCall := e.(*ast.CallExpr)
		if isIndex && s.isMap(index.X) || isCall && !s.isLocking(e.(*ast.CallExpr)) {
			s.take(e, []types.Type{tuple.At(0).Type(), tuple.At(1).Type()})
			return
		}
	}
	s.below(e)
}

func (s *search) isMap(e ast.Expr) bool {
	_, ok := s.p.info.TypeOf(e).Underlying().(*types.Map)
	return ok
}

// expression takes the outermost reads of e.
func (s *search) expression(e ast.Expr) {
	t := s.p.info.TypeOf(e)
	if !s.isMarked(e) || t == nil {
		s.below(e)
		return
	}
	switch e := e.(type) {
	case *ast.CallExpr:
		if s.isForeignCall(e) && !holdsFunction(e) {
			if _, isTuple := t.(*types.Tuple); !isTuple {
				s.take(e, []types.Type{types.Default(t)})
				return
			}
		}
		if fun, ok := e.Fun.(*ast.SelectorExpr); ok {
			s.expression(fun.X)
		}
		for _, argument := range e.Args {
			s.expression(argument)
		}
	case *ast.IndexExpr:
		if !s.p.info.Types[e.X].IsType() && s.p.info.Types[e].IsValue() && !isAggregate(t) && !isSignature(t) {
			s.take(e, []types.Type{t})
		}
	case *ast.SelectorExpr:
		selection := s.p.info.Selections[e]
		if selection != nil && selection.Kind() == types.FieldVal && !isAggregate(t) {
			s.take(e, []types.Type{t}, s.p.rootOf(e))
			return
		}
		if selection != nil {
			s.expression(e.X)
		}
	case *ast.Ident:
		if v, ok := s.p.info.Uses[e].(*types.Var); ok && !isAggregate(t) && (v.Parent() == s.p.types.Scope() || s.isCaptured(v)) {
			s.take(e, []types.Type{t}, v)
		}
	case *ast.UnaryExpr:
		if e.Op.String() != "&" && e.Op.String() != "<-" {
			s.expression(e.X)
		}
	default:
		s.below(e)
	}
}

// below looks at the parts of an expression that is not taken itself.
func (s *search) below(e ast.Expr) {
	switch e := e.(type) {
	case *ast.FuncLit:
		s.functions = append(s.functions, e)
		s.visit(e.Body)
		s.functions = s.functions[:len(s.functions)-1]
	case *ast.ParenExpr:
		s.expression(e.X)
	case *ast.BinaryExpr:
		s.expression(e.X)
		s.expression(e.Y)
	case *ast.CallExpr:
		if fun, ok := e.Fun.(*ast.SelectorExpr); ok {
			s.expression(fun.X)
		} else if fun, ok := e.Fun.(*ast.FuncLit); ok {
			s.below(fun)
		}
		for _, argument := range e.Args {
			s.expression(argument)
		}
	case *ast.CompositeLit:
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				s.expression(pair.Value)
			} else {
				s.expression(element)
			}
		}
	case *ast.UnaryExpr:
		if e.Op.String() == "&" {
			if composite, ok := e.X.(*ast.CompositeLit); ok {
				s.below(composite)
			}
			return
		}
		s.expression(e.X)
	case *ast.TypeAssertExpr:
		s.expression(e.X)
	case *ast.SliceExpr:
		s.expression(e.X)
	}
}

// isCaptured says whether the variable belongs to a function around the innermost one.
func (s *search) isCaptured(v *types.Var) bool {
	inner := s.functions[len(s.functions)-1]
	return v.Pkg() == s.p.types && !v.IsField() && (v.Pos() < inner.Pos() || inner.End() < v.Pos())
}

// isForeignCall says whether the call goes to the language or the library, not to a lock.
func (s *search) isForeignCall(call *ast.CallExpr) bool {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		builtin, ok := s.p.info.Uses[fun].(*types.Builtin)
		return ok && (builtin.Name() == "len" || builtin.Name() == "append")
	case *ast.SelectorExpr:
		object, ok := s.p.info.Uses[fun.Sel].(*types.Func)
		return ok && object.Pkg() != nil && !s.f.owns(object) && !s.isLocking(call) && object.Pkg().Path() != "testing"
	}
	return false
}

func (s *search) isLocking(call *ast.CallExpr) bool {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	object := s.p.info.Uses[fun.Sel]
	return object != nil && object.Pkg() != nil && object.Pkg().Path() == "sync" && s.p.info.Selections[fun] != nil
}

func isSignature(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func holdsFunction(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = true
		case *ast.CallExpr:
			if ident, ok := n.Fun.(*ast.Ident); ok && ident.Name == "recover" {
				found = true
			}
		}
		return !found
	})
	return found
}

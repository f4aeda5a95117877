package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"strings"
)

// A lockCall is a call of a method of a mutex of the library.
type lockCall struct {
	p    *goPackage
	file *goFile
	call *ast.CallExpr
	verb string
	// mutex is the expression for the mutex itself; owner the variable of a type of the package
	// that holds it, if one does, and field its path from there.
	mutex, owner, field string
	ownerType           string
	isPointer           bool
	kind                string
}

// A lockMove writes the declaration for one call and what stands in its place.
type lockMove func(c *lockCall, number int) (declaration, call string, ok bool)

// moveLocks moves taking and releasing mutexes into declarations of their own.
func moveLocks(how lockMove) func(*form) (map[string]string, error) {
	return func(f *form) (map[string]string, error) {
		out := map[string]string{}
		for _, p := range f.packages {
			known := map[string]int{}
			added := map[string]bool{}
			for _, c := range f.lockCalls(p) {
				key := c.ownerType + "." + c.field + "." + c.mutex
				if c.ownerType != "" {
					key = c.ownerType + "." + c.field
				}
				if known[key] == 0 {
					known[key] = len(known) + 1
				}
				declaration, call, ok := how(c, known[key])
				if !ok {
					continue
				}
				added[declaration] = true
				c.file.replace(f.offset(c.call.Pos()), f.offset(c.call.End()), call)
			}
			if len(added) == 0 {
				continue
			}
			text := strings.Join(sortedKeys(added), "\n")
			imports := map[string]bool{}
			if strings.Contains(text, "sync.") {
				imports[`"sync"`] = true
			}
			first := p.files[0]
			name := "locks_hidden.go"
			if strings.HasSuffix(first.name, "_test.go") {
				name = "locks_hidden_test.go"
			}
			out[path.Join(p.dir, name)] = f.head(first, first.tree.Name.Name, false) + importBlock(imports) + text
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

func (f *form) lockCalls(p *goPackage) []*lockCall {
	var calls []*lockCall
	for _, file := range p.files {
		ast.Inspect(file.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if c := f.lockCall(p, file, call); c != nil {
				calls = append(calls, c)
			}
			return true
		})
	}
	return calls
}

func (f *form) lockCall(p *goPackage, file *goFile, call *ast.CallExpr) *lockCall {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	selection := p.info.Selections[fun]
	method, ok := p.info.Uses[fun.Sel].(*types.Func)
	if !ok || selection == nil || method.Pkg() == nil || method.Pkg().Path() != "sync" {
		return nil
	}
	kind := typeName(method.Signature().Recv().Type())
	if kind == nil || kind.Name() != "Mutex" && kind.Name() != "RWMutex" {
		return nil
	}
	c := &lockCall{p: p, file: file, call: call, verb: fun.Sel.Name, kind: kind.Name(), mutex: f.source(file, fun.X)}
	owner, outer := fun.X, ""
	t := p.info.TypeOf(fun.X)
	if len(selection.Index()) > 1 {
		// Through embedded fields.
		at := selection.Recv()
		for _, i := range selection.Index()[:len(selection.Index())-1] {
			if pointer, ok := at.Underlying().(*types.Pointer); ok {
				at = pointer.Elem()
			}
			field := at.Underlying().(*types.Struct).Field(i)
			outer += "." + field.Name()
			at = field.Type()
		}
		t = at
		c.mutex += outer
	} else if inner, ok := fun.X.(*ast.SelectorExpr); ok && p.info.Selections[inner] != nil {
		owner, outer = inner.X, "."+inner.Sel.Name
	} else {
		owner = nil
	}
	c.isPointer = isPointer(t)
	if owner != nil {
		name := typeName(p.info.TypeOf(owner))
		addressable := isPointer(p.info.TypeOf(owner)) || p.info.Types[owner].Addressable()
		if name == nil || name.Pkg() != p.types || name.Parent() != p.types.Scope() || !addressable {
			return nil
		}
		c.owner, c.field, c.ownerType = f.source(file, owner), outer, name.Name()
		if named, ok := name.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
			var params []string
			for param := range named.TypeParams().TypeParams() {
				params = append(params, param.Obj().Name())
			}
			c.ownerType += "[" + strings.Join(params, ", ") + "]"
		}
		return c
	}
	ident, ok := fun.X.(*ast.Ident)
	if !ok {
		return nil
	}
	if v, ok := p.info.Uses[ident].(*types.Var); !ok || v.Pkg() != p.types {
		return nil
	} else if v.Parent() != p.types.Scope() {
		// A local one can only be handed to a function.
		c.mutex = "local " + c.mutex
	}
	return c
}

// lockAccessor asks a method, or a function for a package variable, for the mutex.
func lockAccessor(c *lockCall, number int) (string, string, bool) {
	if strings.HasPrefix(c.mutex, "local ") {
		return "", "", false
	}
	address := "&"
	if c.isPointer {
		address = ""
	}
	name := fmt.Sprintf("guard%d", number)
	if c.ownerType == "" {
		return fmt.Sprintf("func %s() *sync.%s { return %s%s }\n", name, c.kind, address, c.mutex), name + "()." + c.verb + "()", true
	}
	return fmt.Sprintf("func (owner *%s) %s() *sync.%s { return %sowner%s }\n", c.ownerType, name, c.kind, address, c.field),
		c.owner + "." + name + "()." + c.verb + "()", true
}

// lockHelper lets a method, or a function, take and release the mutex.
func lockHelper(c *lockCall, number int) (string, string, bool) {
	name := fmt.Sprintf("%sGuard%d", strings.ToLower(c.verb), number)
	result, answer := "", ""
	if strings.HasPrefix(c.verb, "Try") {
		result, answer = " bool", "return "
	}
	if c.ownerType != "" {
		return fmt.Sprintf("func (owner *%s) %s()%s { %sowner%s.%s() }\n", c.ownerType, name, result, answer, c.field, c.verb),
			c.owner + "." + name + "()", true
	}
	if local, ok := strings.CutPrefix(c.mutex, "local "); ok {
		address := "&"
		if c.isPointer {
			address = ""
		}
		return fmt.Sprintf("func %s(mu *sync.%s)%s { %smu.%s() }\n", name, c.kind, result, answer, c.verb),
			fmt.Sprintf("%s(%s%s)", name, address, local), true
	}
	return fmt.Sprintf("func %s()%s { %s%s.%s() }\n", name, result, answer, c.mutex, c.verb), name + "()", true
}

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"
)

// call is one line: the offset of the left parenthesis, the letter and the callees.
type call struct {
	offset int
	letter byte
	names  []string
}

// dump writes one file of calls for each source file of the package.
func dump(p *packages.Package, d *dispatch, out string) (static, dynamic int, err error) {
	dir := filepath.Join(out, filepath.FromSlash(p.PkgPath))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, 0, err
	}
	for _, file := range p.Syntax {
		source := p.Fset.File(file.FileStart)
		calls := calls(file, source, p.TypesInfo, d)
		var text bytes.Buffer
		for _, c := range calls {
			if c.letter == 'S' {
				static++
			} else {
				dynamic++
			}
			line := fmt.Sprintf("%c %d %s", c.letter, c.offset, strings.Join(c.names, " "))
			text.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		name := filepath.Join(dir, filepath.Base(source.Name())+".calls")
		if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
			return 0, 0, err
		}
	}
	return static, dynamic, nil
}

func calls(file *ast.File, source *token.File, info *types.Info, d *dispatch) []call {
	var found []call
	ast.Inspect(file, func(node ast.Node) bool {
		expr, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		offset := source.Offset(expr.Lparen)
		if callee := typeutil.StaticCallee(info, expr); callee != nil {
			found = append(found, call{offset, 'S', []string{nameOf(callee)}})
		} else if iface, method := interfaceCall(info, expr); method != nil {
			found = append(found, call{offset, 'I', d.callees(iface, method)})
		}
		return true
	})
	slices.SortFunc(found, func(a, b call) int { return cmp.Compare(a.offset, b.offset) })
	return found
}

// interfaceCall returns the interface and the method of a call x.m() whose x is of interface type.
func interfaceCall(info *types.Info, expr *ast.CallExpr) (*types.Interface, *types.Func) {
	method, ok := typeutil.Callee(info, expr).(*types.Func)
	if !ok || !isInterfaceMethod(method) {
		return nil, nil
	}
	selector, ok := ast.Unparen(expr.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, nil
	}
	selection := info.Selections[selector]
	if selection == nil || selection.Kind() != types.MethodVal {
		return nil, nil
	}
	recv := selection.Recv()
	if _, isParam := types.Unalias(recv).(*types.TypeParam); isParam {
		return nil, nil
	}
	// A method promoted through an embedded interface is called on that interface.
	for _, field := range selection.Index()[:len(selection.Index())-1] {
		recv = fieldType(recv, field)
	}
	iface, ok := recv.Underlying().(*types.Interface)
	if !ok {
		return nil, nil
	}
	return iface, method
}

// fieldType is the type of a field of a struct or of what points to it.
func fieldType(t types.Type, field int) types.Type {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	return t.Underlying().(*types.Struct).Field(field).Type()
}

package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
	"unicode"
)

// rename gives every name of the program another one. Names that others rely on stay: what the
// language, the test runner or an interface of the library calls, and what is read by reflection.
func rename(f *form) (map[string]string, error) {
	names := map[string]string{}
	kept := keptNames(f)
	for _, name := range sortedKeys(f.declared()) {
		if kept[name] {
			continue
		}
		letter := "w"
		if unicode.IsUpper(rune(name[0])) {
			letter = "W"
		}
		names[name] = fmt.Sprintf("%s%dq", letter, len(names)+1)
	}
	for _, p := range f.packages {
		p.renameIdents(f, names, func(types.Object) bool { return true })
	}
	return f.all(), nil
}

// declared are all names that the packages of the form declare, except package names.
func (f *form) declared() map[string]bool {
	names := map[string]bool{}
	for _, p := range f.packages {
		for ident, object := range p.info.Defs {
			if _, isPackage := object.(*types.PkgName); !isPackage && ident.Name != "_" {
				names[ident.Name] = true
			}
		}
		for _, file := range p.files {
			delete(names, file.tree.Name.Name)
		}
	}
	return names
}

func keptNames(f *form) map[string]bool {
	kept := map[string]bool{"main": true, "init": true, "_": true, "Error": true, "String": true}
	for _, p := range f.packages {
		reflected := false
		for _, imported := range p.types.Imports() {
			switch imported.Path() {
			case "encoding/json", "html/template", "text/template", "net/rpc":
				reflected = true
			}
			keepInterfaces(imported, kept)
		}
		for ident, object := range p.info.Defs {
			variable, isVar := object.(*types.Var)
			external := isVar && variable.Embedded() && !f.owns(typeName(variable.Type()))
			isTest := strings.HasPrefix(ident.Name, "Test")
			if external || isTest || reflected && ident.IsExported() {
				kept[ident.Name] = true
			}
		}
	}
	return kept
}

// keepInterfaces keeps the method names of all interfaces that the package exports.
func keepInterfaces(p *types.Package, kept map[string]bool) {
	for _, name := range p.Scope().Names() {
		if in, ok := p.Scope().Lookup(name).Type().Underlying().(*types.Interface); ok {
			for method := range in.Methods() {
				kept[method.Name()] = true
			}
		}
	}
}

// typeName is the declared name of a type or of what it points to.
func typeName(t types.Type) *types.TypeName {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

// owns says whether the object is declared in the form.
func (f *form) owns(object types.Object) bool {
	if name, ok := object.(*types.TypeName); ok && name == nil {
		return false
	}
	return object != nil && object.Pkg() != nil && strings.HasPrefix(object.Pkg().Path(), f.pathOf("."))
}

// renameIdents replaces identifiers by the table where the wanted object of the form stands
// behind them. A name without an object is that of a type switch's variable.
func (p *goPackage) renameIdents(f *form, names map[string]string, wanted func(types.Object) bool) {
	for _, file := range p.files {
		ast.Inspect(file.tree, func(n ast.Node) bool {
			ident, ok := n.(*ast.Ident)
			if !ok || ident == file.tree.Name || names[ident.Name] == "" {
				return true
			}
			object := p.info.Defs[ident]
			if object == nil {
				object = p.info.Uses[ident]
			}
			if _, isPackage := object.(*types.PkgName); isPackage {
				return true
			}
			if object == nil || f.owns(object) && wanted(object) {
				file.replace(f.offset(ident.Pos()), f.offset(ident.End()), names[ident.Name])
			}
			return true
		})
	}
}

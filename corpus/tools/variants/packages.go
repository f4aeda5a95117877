package main

import (
	"go/ast"
	"go/types"
	"strings"
)

const (
	lowerPackage = "parttwo"
	upperPackage = "partone"
)

// splitPackages moves all but main into two packages: types with their methods and variables into
// one as far as they do not need functions, the rest into another. All names become exported.
func splitPackages(f *form) (map[string]string, error) {
	p := f.root()
	if p.types.Name() != "main" {
		return nil, nil
	}
	names := exportedNames(f, p)
	home := homes(f, p)
	used := map[string]bool{}
	for _, place := range home {
		used[place] = true
	}
	if !used[lowerPackage] && !used[upperPackage] {
		return nil, nil
	}
	mine := func(object types.Object) bool { return object.Pkg() == p.types }
	p.renameIdents(f, names, mine)
	out := map[string]string{}
	for _, other := range f.packages {
		if other != p {
			for _, file := range other.files {
				out[file.name] = file.text
			}
		}
	}
	wants := true
	for _, file := range p.files {
		texts, imports := map[string]string{}, map[string]map[string]bool{}
		for _, decl := range declarations(file) {
			place := home[decl]
			if imports[place] == nil {
				imports[place] = map[string]bool{}
			}
			qualify(f, p, file, decl, home, names, imports[place])
			texts[place] += f.declText(file, decl) + "\n"
		}
		for _, place := range sortedKeys(texts) {
			clause, name := place, place+"/"+file.name
			if place == "main" {
				name = file.name
			}
			out[name] = f.head(file, clause, wants) + importBlock(imports[place]) + texts[place]
			wants = false
		}
	}
	return out, nil
}

// exportedNames maps each package-level, field and method name to one that others may use.
func exportedNames(f *form, p *goPackage) map[string]string {
	declared := f.declared()
	taken := map[string]bool{"Lock": true, "Unlock": true, "RLock": true, "RUnlock": true,
		"String": true, "Error": true, "Read": true, "Write": true, "Close": true}
	names := map[string]string{}
	for ident, object := range p.info.Defs {
		name := ident.Name
		if object == nil || name == "_" || name == "main" || name == "init" || ident.IsExported() {
			continue
		}
		_, isFunc := object.(*types.Func)
		variable, isVar := object.(*types.Var)
		if object.Parent() != p.types.Scope() && !isFunc && !(isVar && variable.IsField()) {
			continue
		}
		exported := strings.ToUpper(name[:1]) + name[1:]
		if declared[exported] || taken[exported] {
			exported = "X" + exported
		}
		names[name] = exported
	}
	return names
}

// homes says where each declaration goes.
func homes(f *form, p *goPackage) map[ast.Decl]string {
	home := map[ast.Decl]string{}
	owner := map[types.Object]ast.Decl{}
	needs := map[ast.Decl][]types.Object{}
	typeOf := map[ast.Decl]types.Object{}
	for _, file := range p.files {
		for _, decl := range declarations(file) {
			home[decl] = lowerPackage
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil {
				home[decl] = upperPackage
				if fn.Name.Name == "main" {
					home[decl] = "main"
				}
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if ident, ok := n.(*ast.Ident); ok {
					if object := p.info.Defs[ident]; object != nil && object.Parent() == p.types.Scope() {
						owner[object] = decl
					}
					if object := p.info.Uses[ident]; object != nil && object.Parent() == p.types.Scope() {
						needs[decl] = append(needs[decl], object)
					}
				}
				return true
			})
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil {
				method := p.info.Defs[fn.Name].(*types.Func)
				typeOf[decl] = typeName(method.Signature().Recv().Type())
			}
		}
	}
	// A type goes up with any of its methods, and with whatever it needs.
	for changed := true; changed; {
		changed = false
		raise := func(decl ast.Decl) {
			if home[decl] == lowerPackage {
				home[decl] = upperPackage
				changed = true
			}
		}
		for decl, objects := range needs {
			for _, object := range objects {
				if home[decl] == lowerPackage && home[owner[object]] == upperPackage {
					raise(decl)
				}
			}
		}
		for method, object := range typeOf {
			if home[method] != home[owner[object]] {
				raise(method)
				raise(owner[object])
			}
		}
	}
	return home
}

// qualify puts the package's name before each name that now lives elsewhere.
func qualify(f *form, p *goPackage, file *goFile, decl ast.Decl, home map[ast.Decl]string, names map[string]string, imports map[string]bool) {
	where := map[types.Object]string{}
	for other, place := range home {
		ast.Inspect(other, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok {
				if object := p.info.Defs[ident]; object != nil && object.Parent() == p.types.Scope() {
					where[object] = place
				}
			}
			return true
		})
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		object := p.info.Uses[ident]
		if name, ok := object.(*types.PkgName); ok {
			imports[importLine(name)] = true
			return true
		}
		place := where[object]
		if object == nil || place == "" || place == home[decl] {
			return true
		}
		name := names[ident.Name]
		if name == "" {
			name = ident.Name
		}
		imports[`"`+f.pathOf(place)+`"`] = true
		at := f.offset(ident.Pos())
		// The edit that only renames is already there.
		for i := range file.edits {
			if file.edits[i].start == at {
				file.edits[i].text = place + "." + name
				return true
			}
		}
		file.replace(at, f.offset(ident.End()), place+"."+name)
		return true
	})
}

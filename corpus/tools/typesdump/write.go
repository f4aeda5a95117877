package main

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// writer prints types and objects in the canonical form of corpus/tools/README.md.
type writer struct {
	fset *token.FileSet
}

func (w *writer) typeOf(tv types.TypeAndValue) string {
	if tv.IsVoid() || tv.IsBuiltin() {
		return "-"
	}
	return w.text(tv.Type)
}

func (w *writer) objectType(obj types.Object) string {
	switch obj.(type) {
	case *types.PkgName, *types.Label:
		return "-"
	}
	return w.text(obj.Type())
}

// object prints what an identifier stands for: its kind and the place of its declaration.
func (w *writer) object(obj types.Object) string {
	kind := ""
	switch obj := obj.(type) {
	case *types.PkgName:
		return "pkgname:" + obj.Imported().Path()
	case *types.Builtin:
		if obj.Pkg() != nil {
			return "builtin:unsafe." + obj.Name()
		}
		return "builtin:" + obj.Name()
	case *types.Nil:
		return "nil"
	case *types.Const:
		kind = "const"
	case *types.TypeName:
		kind = "type"
	case *types.Func:
		kind = "func"
	case *types.Label:
		kind = "label"
	case *types.Var:
		kind = "var"
		if obj.IsField() {
			kind = "field"
		}
	}
	if obj.Pkg() == nil {
		return kind + ":universe:" + obj.Name()
	}
	if !obj.Pos().IsValid() {
		return kind + ":" + obj.Pkg().Path() + ":" + obj.Name()
	}
	return kind + ":" + obj.Pkg().Path() + "/" + w.place(obj)
}

// place is the base name of the declaring file and the byte offset of the declared name.
func (w *writer) place(obj types.Object) string {
	file := w.fset.File(obj.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(file.Name()), file.Offset(obj.Pos()))
}

func (w *writer) text(t types.Type) string {
	var b strings.Builder
	w.write(&b, t)
	return b.String()
}

func (w *writer) write(b *strings.Builder, t types.Type) {
	switch t := types.Unalias(t).(type) {
	case nil:
		b.WriteString("-")
	case *types.Basic:
		b.WriteString(basicName(t))
	case *types.Named:
		w.named(b, t)
	case *types.TypeParam:
		b.WriteString("$" + t.Obj().Name())
	case *types.Pointer:
		b.WriteString("*")
		w.write(b, t.Elem())
	case *types.Slice:
		b.WriteString("[]")
		w.write(b, t.Elem())
	case *types.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		w.write(b, t.Elem())
	case *types.Map:
		b.WriteString("map[")
		w.write(b, t.Key())
		b.WriteString("]")
		w.write(b, t.Elem())
	case *types.Chan:
		w.channel(b, t)
	case *types.Signature:
		b.WriteString("func")
		w.typeParams(b, t.TypeParams())
		w.signature(b, t)
	case *types.Tuple:
		w.tuple(b, t, false)
	case *types.Struct:
		w.structure(b, t)
	case *types.Interface:
		w.iface(b, t)
	case *types.Union:
		w.union(b, t)
	default:
		fmt.Fprintf(b, "unknown %T", t)
	}
}

// basicName gives byte and rune the names of the types that they are.
func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.Invalid:
		return "invalid"
	case types.UnsafePointer:
		return "unsafe.Pointer"
	}
	return types.Typ[t.Kind()].Name()
}

func (w *writer) named(b *strings.Builder, t *types.Named) {
	obj := t.Obj()
	if obj.Pkg() != nil {
		b.WriteString(obj.Pkg().Path() + ".")
	}
	b.WriteString(obj.Name())
	if obj.Pkg() != nil && obj.Parent() != obj.Pkg().Scope() {
		b.WriteString("@" + w.place(obj))
	}
	if args := t.TypeArgs(); args.Len() > 0 {
		b.WriteString("[")
		for i := range args.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			w.write(b, args.At(i))
		}
		b.WriteString("]")
	}
}

func (w *writer) channel(b *strings.Builder, t *types.Chan) {
	switch t.Dir() {
	case types.RecvOnly:
		b.WriteString("<-chan ")
	case types.SendOnly:
		b.WriteString("chan<- ")
	default:
		b.WriteString("chan ")
	}
	inner, ok := types.Unalias(t.Elem()).(*types.Chan)
	if ok && inner.Dir() == types.RecvOnly {
		b.WriteString("(")
		w.write(b, inner)
		b.WriteString(")")
		return
	}
	w.write(b, t.Elem())
}

func (w *writer) typeParams(b *strings.Builder, list *types.TypeParamList) {
	if list.Len() == 0 {
		return
	}
	b.WriteString("[")
	for i := range list.Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + list.At(i).Obj().Name() + " ")
		w.write(b, list.At(i).Constraint())
	}
	b.WriteString("]")
}

func (w *writer) signature(b *strings.Builder, t *types.Signature) {
	w.tuple(b, t.Params(), t.Variadic())
	switch results := t.Results(); results.Len() {
	case 0:
	case 1:
		b.WriteString(" ")
		w.write(b, results.At(0).Type())
	default:
		b.WriteString(" ")
		w.tuple(b, results, false)
	}
}

func (w *writer) tuple(b *strings.Builder, t *types.Tuple, variadic bool) {
	b.WriteString("(")
	for i := range t.Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		at := t.At(i).Type()
		if variadic && i == t.Len()-1 {
			b.WriteString("...")
			if slice, ok := types.Unalias(at).(*types.Slice); ok {
				at = slice.Elem()
			}
		}
		w.write(b, at)
	}
	b.WriteString(")")
}

func (w *writer) structure(b *strings.Builder, t *types.Struct) {
	b.WriteString("struct{")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteString("; ")
		}
		field := t.Field(i)
		if field.Embedded() {
			b.WriteString("^")
		}
		b.WriteString(field.Name() + " ")
		w.write(b, field.Type())
		if tag := t.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
	}
	b.WriteString("}")
}

// iface prints the whole method set by name, then what restricts the type set, sorted as text.
func (w *writer) iface(b *strings.Builder, t *types.Interface) {
	var parts []string
	for i := range t.NumMethods() {
		method := t.Method(i)
		name := method.Name()
		if !method.Exported() && method.Pkg() != nil {
			name = method.Pkg().Path() + "." + name
		}
		parts = append(parts, name+" "+w.text(method.Type()))
	}
	slices.Sort(parts)
	restrictions := make(map[string]bool)
	w.restrictions(t, restrictions)
	var rest []string
	for text := range restrictions {
		rest = append(rest, text)
	}
	slices.Sort(rest)
	b.WriteString("interface{" + strings.Join(append(parts, rest...), "; ") + "}")
}

func (w *writer) restrictions(t *types.Interface, into map[string]bool) {
	for i := range t.NumEmbeddeds() {
		embedded := types.Unalias(t.EmbeddedType(i))
		if named, ok := embedded.(*types.Named); ok && named.Obj() == types.Universe.Lookup("comparable") {
			into["comparable"] = true
			continue
		}
		if inner, ok := embedded.Underlying().(*types.Interface); ok {
			w.restrictions(inner, into)
			continue
		}
		into[w.text(embedded)] = true
	}
}

func (w *writer) union(b *strings.Builder, t *types.Union) {
	for i := range t.Len() {
		if i > 0 {
			b.WriteString("|")
		}
		if t.Term(i).Tilde() {
			b.WriteString("~")
		}
		w.write(b, t.Term(i).Type())
	}
}

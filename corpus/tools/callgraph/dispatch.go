package main

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// dispatch answers which methods a call through an interface may reach.
type dispatch struct {
	sets typeutil.MethodSetCache
	// runtime are the types whose values the program converts to an interface.
	runtime []types.Type
	// byMethod are the indexes into runtime of the types that have a method of that id.
	byMethod map[string][]int
	answers  typeutil.Map // interface type -> map[string][]string
}

func newDispatch(program *ssa.Program) *dispatch {
	d := &dispatch{byMethod: make(map[string][]int)}
	for _, t := range program.RuntimeTypes() {
		if types.IsInterface(t) {
			continue
		}
		d.runtime = append(d.runtime, t)
		set := d.sets.MethodSet(t)
		for i := range set.Len() {
			id := set.At(i).Obj().Id()
			d.byMethod[id] = append(d.byMethod[id], len(d.runtime)-1)
		}
	}
	return d
}

// callees are the names of the methods that implement method of iface, sorted.
func (d *dispatch) callees(iface *types.Interface, method *types.Func) []string {
	known, _ := d.answers.At(iface).(map[string][]string)
	if known == nil {
		known = make(map[string][]string)
		d.answers.Set(iface, known)
	}
	names, ok := known[method.Id()]
	if !ok {
		names = d.find(iface, method)
		known[method.Id()] = names
	}
	return names
}

func (d *dispatch) find(iface *types.Interface, method *types.Func) []string {
	var names []string
	for _, i := range d.byMethod[method.Id()] {
		t := d.runtime[i]
		if !types.Implements(t, iface) {
			continue
		}
		found := d.sets.MethodSet(t).Lookup(method.Pkg(), method.Name())
		if found == nil {
			continue
		}
		callee := found.Obj().(*types.Func)
		if !isInterfaceMethod(callee) {
			names = append(names, nameOf(callee))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isInterfaceMethod(f *types.Func) bool {
	recv := f.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// nameOf names a function or method by its declaration, as corpus/tools/README.md says.
func nameOf(f *types.Func) string {
	f = f.Origin()
	path := ""
	if f.Pkg() != nil {
		path = f.Pkg().Path() + "."
	}
	recv := f.Signature().Recv()
	if recv == nil {
		return path + f.Name()
	}
	t := types.Unalias(recv.Type())
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok {
		return path + "(interface)." + f.Name()
	}
	return strings.Join([]string{path, "(", named.Obj().Name(), ").", f.Name()}, "")
}

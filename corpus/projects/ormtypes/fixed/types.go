package rows

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

type fieldInfo struct {
	name   string
	column string
	index  []int
}

// structInfo describes one type; all users of the type share it.
type structInfo struct {
	table    string
	fields   []fieldInfo
	byColumn map[string]int
}

type typeTable struct {
	mu    sync.RWMutex
	infos map[reflect.Type]*structInfo
}

func (t *typeTable) load(typ reflect.Type) *structInfo {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.infos[typ]
}

func (t *typeTable) store(typ reflect.Type, info *structInfo) *structInfo {
	t.mu.Lock()
	defer t.mu.Unlock()
	if have := t.infos[typ]; have != nil {
		return have
	}
	t.infos[typ] = info
	return info
}

var known = &typeTable{infos: make(map[reflect.Type]*structInfo)}

// describe returns the description of a struct type.
func describe(typ reflect.Type) *structInfo {
	if info := known.load(typ); info != nil {
		return info
	}
	info := &structInfo{table: strings.ToLower(typ.Name()) + "s"}
	collect(info, typ, nil)
	info.indexColumns()
	return known.store(typ, info)
}

func collect(info *structInfo, typ reflect.Type, parent []int) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		index := append(append([]int(nil), parent...), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			collect(info, f.Type, index)
			continue
		}
		tag := f.Tag.Get("row")
		if !f.IsExported() || tag == "-" {
			continue
		}
		info.fields = append(info.fields, fieldInfo{name: f.Name, column: tag, index: index})
	}
}

func (s *structInfo) indexColumns() {
	s.byColumn = make(map[string]int, len(s.fields))
	for i, f := range s.fields {
		name := f.column
		if name == "" {
			name = strings.ToLower(f.name)
		}
		s.byColumn[name] = i
	}
}

// field returns the field of a column.
func (s *structInfo) field(column string) (fieldInfo, bool) {
	i, ok := s.byColumn[column]
	if !ok {
		return fieldInfo{}, false
	}
	return s.fields[i], true
}

func (s *structInfo) scan(into reflect.Value, row map[string]any) error {
	for column, value := range row {
		f, ok := s.field(column)
		if !ok {
			continue
		}
		v := reflect.ValueOf(value)
		dst := into.FieldByIndex(f.index)
		if !v.IsValid() {
			dst.SetZero()
			continue
		}
		if !v.Type().ConvertibleTo(dst.Type()) {
			return fmt.Errorf("rows: column %s: %T is no %s", column, value, dst.Type())
		}
		dst.Set(v.Convert(dst.Type()))
	}
	return nil
}

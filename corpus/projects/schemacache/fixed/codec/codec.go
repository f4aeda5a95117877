// Package codec turns structs into lines of text and back.
package codec

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

var std = New("col")

// Codec encodes and decodes structs. It may be used by several goroutines.
type Codec struct {
	schemas *schemas
	sep     string
}

// New returns a codec that looks at a struct tag.
func New(tag string) *Codec {
	return &Codec{schemas: newSchemas(tag), sep: ";"}
}

// Marshal encodes v with the standard codec.
func Marshal(v any) ([]byte, error) { return std.Marshal(v) }

// Unmarshal decodes into v with the standard codec.
func Unmarshal(data []byte, v any) error { return std.Unmarshal(data, v) }

// Marshal encodes a struct.
func (c *Codec) Marshal(v any) ([]byte, error) {
	rv := reflect.Indirect(reflect.ValueOf(v))
	sc, err := c.schemas.of(rv.Type())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, f := range sc.fields {
		fv := rv.FieldByIndex(f.index)
		if f.omitEmpty && fv.IsZero() {
			continue
		}
		if out.Len() > 0 {
			out.WriteString(c.sep)
		}
		fmt.Fprintf(&out, "%s=%v", f.name, fv.Interface())
	}
	return out.Bytes(), nil
}

// Unmarshal decodes into the struct that v points to.
func (c *Codec) Unmarshal(data []byte, v any) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return fmt.Errorf("codec: %T is no pointer", v)
	}
	rv = rv.Elem()
	sc, err := c.schemas.of(rv.Type())
	if err != nil {
		return err
	}
	for _, part := range strings.Split(string(data), c.sep) {
		name, text, ok := strings.Cut(part, "=")
		if !ok {
			return fmt.Errorf("codec: %q has no value", part)
		}
		i, ok := sc.byName[name]
		if !ok {
			continue
		}
		if err := set(rv.FieldByIndex(sc.fields[i].index), text); err != nil {
			return fmt.Errorf("codec: %s: %w", name, err)
		}
	}
	return nil
}

func set(v reflect.Value, text string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		v.SetInt(n)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		v.SetBool(b)
	default:
		return fmt.Errorf("kind %s is not supported", v.Kind())
	}
	return nil
}

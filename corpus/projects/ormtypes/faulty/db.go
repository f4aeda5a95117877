// An ORM keeps what it knows of a struct in a table with a lock, but the columns of one struct are found lazily without it.
// want race

// Package rows maps structs to tables. A DB is safe for concurrent use.
package rows

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Driver runs statements.
type Driver interface {
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Query(ctx context.Context, query string, args ...any) ([]map[string]any, error)
}

// DB runs statements for structs.
type DB struct {
	driver Driver
	naming func(string) string
	trace  func(query string)
}

type Option func(*DB)

// WithNaming sets how fields become columns.
func WithNaming(f func(string) string) Option { return func(db *DB) { db.naming = f } }

// WithTrace sets what is called with each statement.
func WithTrace(f func(string)) Option { return func(db *DB) { db.trace = f } }

func Open(d Driver, opts ...Option) *DB {
	db := &DB{driver: d, naming: strings.ToLower, trace: func(string) {}}
	for _, o := range opts {
		o(db)
	}
	return db
}

var errNotStruct = errors.New("rows: not a pointer to a struct")

func structOf(dest any) (reflect.Value, error) {
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, errNotStruct
	}
	return v.Elem(), nil
}

// Insert adds one row.
func (db *DB) Insert(ctx context.Context, row any) error {
	v, err := structOf(row)
	if err != nil {
		return err
	}
	info := describe(v.Type())
	columns := make([]string, 0, len(info.fields))
	marks := make([]string, 0, len(info.fields))
	args := make([]any, 0, len(info.fields))
	for _, f := range info.fields {
		columns = append(columns, db.column(f))
		marks = append(marks, "?")
		args = append(args, v.FieldByIndex(f.index).Interface())
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", info.table, strings.Join(columns, ","), strings.Join(marks, ","))
	db.trace(query)
	_, err = db.driver.Exec(ctx, query, args...)
	return err
}

func (db *DB) column(f fieldInfo) string {
	if f.column != "" {
		return f.column
	}
	return db.naming(f.name)
}

// Get reads the row with the key into dest.
func (db *DB) Get(ctx context.Context, dest any, key string, value any) error {
	v, err := structOf(dest)
	if err != nil {
		return err
	}
	info := describe(v.Type())
	query := fmt.Sprintf("SELECT * FROM %s WHERE %s = ?", info.table, key)
	db.trace(query)
	found, err := db.driver.Query(ctx, query, value)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("rows: no %s with %s %v", info.table, key, value)
	}
	return info.scan(v, found[0])
}

// All reads all rows of a table.
func All[T any](ctx context.Context, db *DB) ([]T, error) {
	var zero T
	info := describe(reflect.TypeOf(zero))
	found, err := db.driver.Query(ctx, "SELECT * FROM "+info.table)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(found))
	for i, row := range found {
		if err := info.scan(reflect.ValueOf(&out[i]).Elem(), row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

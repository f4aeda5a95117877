// A store with one connection asks a second question while it walks over the first answer.
package main

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
)

type fake struct{}

func (fake) Open(string) (driver.Conn, error) { return conn{}, nil }

type conn struct{}

func (conn) Prepare(query string) (driver.Stmt, error) { return stmt{}, nil }
func (conn) Close() error                              { return nil }
func (conn) Begin() (driver.Tx, error)                 { return nil, io.EOF }

type stmt struct{}

func (stmt) Close() error                               { return nil }
func (stmt) NumInput() int                              { return -1 }
func (stmt) Exec([]driver.Value) (driver.Result, error) { return nil, io.EOF }
func (stmt) Query([]driver.Value) (driver.Rows, error)  { return &rows{}, nil }

type rows struct{ n int }

func (*rows) Columns() []string { return []string{"id"} }
func (*rows) Close() error      { return nil }
func (r *rows) Next(to []driver.Value) error {
	if r.n++; r.n > 3 {
		return io.EOF
	}
	to[0] = int64(r.n)
	return nil
}

type store struct{ db *sql.DB }

func (s *store) owner(order int64) (owner int64, err error) {
	err = s.db.QueryRow("select owner from orders where id = ?", order).Scan(&owner)
	return owner, err
}

func (s *store) report(w http.ResponseWriter, r *http.Request) {
	orders, err := s.db.Query("select id from orders")
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	defer orders.Close()
	for orders.Next() {
		var id int64
		orders.Scan(&id)
		owner, _ := s.owner(id)
		fmt.Fprintln(w, id, owner)
	}
}

func main() {
	sql.Register("fake", fake{})
	db, _ := sql.Open("fake", "")
	db.SetMaxOpenConns(1)
	s := &store{db: db}
	server := httptest.NewServer(http.HandlerFunc(s.report))
	for i := 0; i < 5; i++ {
		go http.Get(server.URL)
	}
	select {}
}

// A reader of bbolt holds its view open while a writer makes the file grow: the writer has to wait for
// all readers before it may map the file anew.
package main

import (
	"os"

	bolt "go.etcd.io/bbolt"
)

type shelf struct {
	db *bolt.DB
}

func (s *shelf) export(out chan<- []byte) {
	s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("books")).ForEach(func(_, book []byte) error {
			out <- book
			return nil
		})
	})
}

func (s *shelf) add(id int) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		books, err := tx.CreateBucketIfNotExists([]byte("books"))
		if err != nil {
			return err
		}
		return books.Put([]byte{byte(id >> 8), byte(id)}, make([]byte, 30000))
	})
}

func main() {
	file, _ := os.CreateTemp("", "shelf")
	db, err := bolt.Open(file.Name(), 0600, nil)
	if err != nil {
		panic(err)
	}
	os.Remove(file.Name())
	s := &shelf{db: db}
	s.add(0)
	out := make(chan []byte)
	go s.export(out)
	for id := 1; id < 1000; id++ {
		if err := s.add(id); err != nil {
			panic(err)
		}
	}
	for range out {
	}
}

// An order book: orders come in while a matcher reads the best one.
package main

import (
	"math/rand"
	"time"

	"github.com/google/btree"
)

type order struct {
	price int
	id    int
}

func (o order) Less(than btree.Item) bool {
	b := than.(order)
	return o.price < b.price || o.price == b.price && o.id < b.id
}

type book struct{ asks *btree.BTree }

func (b *book) place(o order) { b.asks.ReplaceOrInsert(o) }

func (b *book) best() (best order) {
	b.asks.Ascend(func(it btree.Item) bool {
		best = it.(order)
		return false
	})
	return best
}

func (b *book) fill(o order) { b.asks.Delete(o) }

func main() {
	b := &book{asks: btree.New(4)}
	for i := 0; i < 4; i++ {
		go func(i int) {
			for n := 0; ; n++ {
				b.place(order{rand.Intn(1000), n*4 + i})
			}
		}(i)
	}
	for i := 0; i < 2; i++ {
		go func() {
			for {
				b.fill(b.best())
			}
		}()
	}
	time.Sleep(10 * time.Second)
}

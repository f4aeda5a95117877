// A price index in a tree map of gods 1.12.0, which is not safe for concurrent use, is filled by
// four feeds.
package main

import "github.com/emirpasic/gods/maps/treemap"

type index struct{ prices *treemap.Map }

func (i *index) quote(article int) { i.prices.Put(article, 9.99) }

func (i *index) drop(article int) { i.prices.Remove(article) }

func main() {
	i := &index{prices: treemap.NewWithIntComparator()}
	for feed := 0; feed < 4; feed++ {
		go func(feed int) {
			for n := feed; ; n += 7 {
				i.quote(n % 1000)
				i.drop((n * 3) % 1000)
			}
		}(feed)
	}
	select {}
}

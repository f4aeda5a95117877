// simplelru says that it is not safe for concurrent use. Four workers share one nevertheless.
package main

import "github.com/hashicorp/golang-lru/simplelru"

func resolve(cache *simplelru.LRU, first int) {
	for n := first; ; n++ {
		host := n % 500
		if _, ok := cache.Get(host); !ok {
			cache.Add(host, "10.0.0.1")
		}
	}
}

func main() {
	cache, err := simplelru.NewLRU(200, nil)
	if err != nil {
		panic(err)
	}
	for i := 0; i < 4; i++ {
		go resolve(cache, i*100)
	}
	select {}
}

// The loader of a cache asks the cache for the key that it loads, by way of a parent that is its
// own parent.
package main

import (
	"fmt"

	"github.com/bluele/gcache"
)

type folders struct{ cache gcache.Cache }

func parentOf(folder string) string {
	if folder == "/" {
		return "/" // should have ended the walk
	}
	return "/"
}

func (f *folders) load(key interface{}) (interface{}, error) {
	above, err := f.cache.Get(parentOf(key.(string)))
	if err != nil {
		return nil, err
	}
	return above.(int) + 1, nil
}

func main() {
	f := &folders{}
	f.cache = gcache.New(20).LRU().LoaderFunc(f.load).Build()
	fmt.Println(f.cache.Get("/home"))
}

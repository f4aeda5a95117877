//go:build drive

package schemacache

import (
	"reflect"
	"sync"
	"testing"

	"example.com/projects/schemacache/fixed/codec"
)

func TestDrive(t *testing.T) {
	var types []reflect.Type
	for n := 1; n < 30; n++ {
		types = append(types, reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: reflect.ArrayOf(n, reflect.TypeOf(0))},
		}))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, it := range types {
				if _, err := codec.Marshal(reflect.New(it).Interface()); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
}

// Claim: a store through unsafe.Pointer goes round the write barrier.
//
// It does not: the compiler puts a barrier where the static type of what is stored holds pointers,
// and unsafe.Pointer does. Only integers have none. Values are moved between two interface
// variables by unsafe.Pointer while the collector marks, for five seconds' worth of collections.
package main

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

type eface struct{ typ, data unsafe.Pointer }

type value struct{ sum, copy int }

func main() {
	stop := make(chan struct{})
	go func() {
		for i := 0; i < 200; i++ {
			runtime.GC()
		}
		close(stop)
	}()
	slots := make([]any, 64)
	for i := range slots {
		slots[i] = &value{i, i}
	}
	moved := 0
	for {
		select {
		case <-stop:
			fmt.Println("not so: stores through unsafe.Pointer during 200 collections lost nothing")
			return
		default:
		}
		for i := range slots {
			j := (i*7 + moved) % len(slots)
			a, b := (*eface)(unsafe.Pointer(&slots[i])), (*eface)(unsafe.Pointer(&slots[j]))
			*a, *b = *b, *a
			v := slots[i].(*value)
			if v.sum != v.copy {
				fmt.Println("a value was freed and used again")
				os.Exit(1)
			}
			slots[i] = &value{v.sum, v.sum}
		}
		moved++
	}
}

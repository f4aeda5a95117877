// Command cgo dies in Go that C called, and in C.
package main

/*
#include <stdlib.h>
extern void fromC(int);
static void middle(int n) { fromC(n); }
static void crash(void) { abort(); }
*/
import "C"

import "os"

//export fromC
func fromC(n C.int) {
	if n == 1 {
		panic("in Go that C called")
	}
	C.crash()
}

func main() {
	if os.Args[1] == "panic" {
		C.middle(1)
	}
	C.middle(2)
}

// A callback out of a C thread into Go dies.
package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
extern void onEvent(int);
static void *loop(void *p) { for (int i = 0; ; i++) onEvent(i); return 0; }
static void start() { pthread_t t; pthread_create(&t, 0, loop, 0); }
*/
import "C"

import "time"

var handlers = map[int]func(){}

//export onEvent
func onEvent(n C.int) { delete(handlers, int(n)) }

func register() {
	for i := 0; ; i++ {
		handlers[i%64] = func() {}
	}
}

func main() {
	C.start()
	go register()
	time.Sleep(time.Minute)
}

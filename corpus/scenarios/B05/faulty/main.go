// Goroutines wait inside C for a condition that nobody signals. Each holds a thread, and no
// deadline or context of Go reaches them.
package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;

static void take(void) {
	pthread_mutex_lock(&mutex);
	for (;;) {
		pthread_cond_wait(&filled, &mutex);
	}
}
*/
import "C"

func consume() {
	C.take() // fault: waits
}

func main() {
	for i := 0; i < 12; i++ {
		go consume()
	}
	select {}
}

// C code calls back into Go from threads of its own; the callback fills one Go map.
package main

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>

extern void onSample(int sensor, int value);

static void *sense(void *arg) {
	int sensor = *(int *)arg;
	for (int i = 0; i < 30000; i++) onSample(sensor, i);
	return 0;
}

static void senseAll(void) {
	pthread_t threads[3];
	int ids[3] = {0, 1, 2};
	for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, sense, &ids[i]);
	for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
}
*/
import "C"

import "sync"

var lastMu sync.Mutex

var last = map[int]int{}

//export onSample
func onSample(sensor, value C.int) {
	lastMu.Lock()
	defer lastMu.Unlock()
	last[int(sensor)<<16|int(value)] = int(value)
}

func main() {
	C.senseAll()
	println(len(last))
}

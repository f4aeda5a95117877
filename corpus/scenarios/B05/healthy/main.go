// Looks alike: one goroutine is always inside C, because the library's event loop lives there. It
// moves: each call comes back after a few milliseconds.
package main

/*
#include <unistd.h>

static void events(void) {
	usleep(5000);
}
*/
import "C"

import "time"

func loop() {
	for {
		C.events()
	}
}

func main() {
	go loop()
	for range time.Tick(50 * time.Millisecond) {
	}
}

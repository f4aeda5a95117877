//go:build cgo

package main

// #include <unistd.h>
// static void slow(int micros) { usleep(micros); }
import "C"

import "time"

func init() {
	causes["cgo"] = foreign
}

// foreign waits in C, which holds a thread for each call.
func foreign(fixed bool) {
	for range 4 {
		go func() {
			for {
				if fixed {
					time.Sleep(20 * time.Millisecond)
				} else {
					measure()
				}
			}
		}()
	}
	time.Sleep(length)
}

func measure() {
	C.slow(20_000)
}

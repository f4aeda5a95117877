//go:build cgo

package main

// #include <unistd.h>
// static void slow(int micros) { usleep(micros); }
import "C"

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

func init() {
	causes["cgo"] = foreign
	causes["signals"] = disturbed
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

// disturbed waits in C while others send signals to its thread; C does not try again, as much C
// does not, so what should take long ends early again and again.
func disturbed(fixed bool) {
	threads := make(chan int)
	for range 4 {
		go func() {
			runtime.LockOSThread()
			threads <- syscall.Gettid()
			for {
				if fixed {
					time.Sleep(20 * time.Millisecond)
				} else {
					sample()
				}
			}
		}()
	}
	var ids []int
	for range 4 {
		ids = append(ids, <-threads)
	}
	until(func() {
		if !fixed {
			for _, id := range ids {
				// The runtime ignores those that it did not ask for.
				syscall.Tgkill(os.Getpid(), id, syscall.SIGURG)
			}
		}
		time.Sleep(5 * time.Millisecond)
	})
}

func sample() {
	C.slow(50_000)
}

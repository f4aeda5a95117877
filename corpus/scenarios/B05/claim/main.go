// Claim: preemption signals disturb pthread_cond_wait, so that its futex call is restarted at the
// rate of the signals.
//
// The runtime signals threads that run Go code. A thread inside C has given its processor away and
// gets none; the kernel's count of its context switches shows it. Others run Go and are preempted
// for three seconds while one thread waits in C.
package main

/*
#cgo LDFLAGS: -lpthread
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static volatile int waiter;
static volatile int woken;

static void take(void) {
	waiter = syscall(SYS_gettid);
	pthread_mutex_lock(&mutex);
	for (;;) {
		pthread_cond_wait(&never, &mutex);
		woken++;
	}
}

static int waiterThread(void) { return waiter; }
static int wakes(void) { return woken; }
*/
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

func switches(thread int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/status", thread))
	if err != nil {
		return err.Error()
	}
	var found []string
	for _, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "ctxt_switches") {
			found = append(found, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(found, ", ")
}

func main() {
	go func() { C.take() }()
	time.Sleep(200 * time.Millisecond)
	thread := int(C.waiterThread())
	before := switches(thread)
	for i := 0; i < 4; i++ {
		go func() {
			for n := 0; ; n++ {
			}
		}()
	}
	end := time.Now().Add(3 * time.Second)
	collections := 0
	for time.Now().Before(end) {
		runtime.GC()
		collections++
	}
	after := switches(thread)
	if before != after || C.wakes() != 0 {
		fmt.Println("so it is:", before, "->", after, "wakes:", C.wakes())
		os.Exit(1)
	}
	fmt.Printf("not so: %d collections preempted the others, the waiting thread never moved (%s)\n",
		collections, after)
}

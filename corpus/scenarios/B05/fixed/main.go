// C is asked to wait for a bounded time, and Go decides whether to go on.
package main

/*
#cgo LDFLAGS: -lpthread
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;

static int take(long milliseconds) {
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += milliseconds * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&mutex);
	int result = pthread_cond_timedwait(&filled, &mutex, &until);
	pthread_mutex_unlock(&mutex);
	return result != ETIMEDOUT;
}
*/
import "C"

import (
	"context"
	"fmt"
	"sync"
	"time"
)

func consume(ctx context.Context) error {
	for ctx.Err() == nil {
		if C.take(20) != 0 {
			return nil
		}
	}
	return ctx.Err()
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for i := 0; i < 12; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			consume(ctx)
		}()
	}
	wg.Wait()
	fmt.Println("all came back:", ctx.Err())
}

// The index has a lock of its own.

package main

import (
	"context"
	"flag"
	"log"
	"os/signal"
	"syscall"
	"time"

	"example.com/projects/nodeindex/fixed/controller"
)

func main() {
	workers := flag.Int("workers", 4, "number of reconcilers")
	resync := flag.Duration("resync", 10*time.Minute, "full resync period")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	c := controller.New(controller.Options{Workers: *workers, Resync: *resync}, newInventory())
	if err := c.Run(ctx); err != nil {
		log.Fatalf("controller: %v", err)
	}
}

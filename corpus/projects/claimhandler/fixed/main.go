// The counts have a lock.

package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"example.com/projects/claimhandler/fixed/group"
	"example.com/projects/claimhandler/fixed/orders"
)

func main() {
	topics := flag.String("topics", "orders,refunds", "comma separated topics")
	flush := flag.Duration("flush", 10*time.Second, "how often totals are written")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c := group.NewConsumer(group.NewMemory(4), strings.Split(*topics, ","))
	if err := run(ctx, c, *flush); err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

func run(ctx context.Context, c *group.Consumer, flush time.Duration) error {
	h := orders.NewHandler(orders.LogSink{}, flush)
	for ctx.Err() == nil {
		// Consume returns at each rebalance and is called again.
		if err := c.Consume(ctx, h); err != nil {
			return err
		}
	}
	return ctx.Err()
}

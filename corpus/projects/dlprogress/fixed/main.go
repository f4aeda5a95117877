package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	dir := flag.String("dir", ".", "where files go")
	parallel := flag.Int("n", 3, "downloads at a time")
	quiet := flag.Bool("q", false, "no progress")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	out := os.Stderr
	every := 200 * time.Millisecond
	if *quiet {
		every = time.Hour
	}
	p := StartProgress(out, every)
	err := NewManager(Options{Dir: *dir, Parallel: *parallel}, p).Fetch(ctx, flag.Args())
	p.Stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

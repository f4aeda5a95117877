// The timer's function takes the lock.

package main

import (
	"context"
	"flag"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"example.com/projects/debounce/fixed/watch"
)

func main() {
	dir := flag.String("dir", ".", "directory to watch")
	wait := flag.Duration("wait", 300*time.Millisecond, "quiet time before a build")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run(ctx, os.DirFS(*dir), *wait, time.Second, command(flag.Args()))
}

// command runs the build.
func command(args []string) watch.Action {
	return func(files []string) {
		log.Printf("%d files changed", len(files))
		if len(args) == 0 {
			return
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			log.Print(err)
		}
	}
}

func run(ctx context.Context, fsys fs.FS, wait, poll time.Duration, act watch.Action) {
	d := watch.NewDebouncer(wait, act)
	defer d.Stop()
	p := watch.NewPoller(fsys, poll)
	for name := range p.Changes(ctx) {
		d.Add(name)
	}
}

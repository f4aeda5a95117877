// A program kills a child that does not end in time.
package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

func backup() error {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	return exec.CommandContext(ctx, "sleep", "60").Run()
}

func main() {
	fmt.Println(backup())
}

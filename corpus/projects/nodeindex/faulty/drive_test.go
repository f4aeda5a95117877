//go:build drive

package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"example.com/projects/nodeindex/faulty/controller"
)

func TestDrive(t *testing.T) {
	inv := newInventory()
	for i := range 200 {
		inv.put(&controller.Node{Name: fmt.Sprint("n", i), Owner: fmt.Sprint("o", i%7), Version: i})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	c := controller.New(controller.Options{Workers: 4}, inv)
	if err := c.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

//go:build drive

package consumeroffsets

import (
	"context"
	"testing"

	"example.com/projects/consumeroffsets/fixed/queue"
)

type broker struct {
	n      int64
	cancel func()
}

func (b *broker) Pull(ctx context.Context, max int) ([]*queue.Message, error) {
	if b.n > 500 {
		b.cancel()
		return nil, ctx.Err()
	}
	var out []*queue.Message
	for range max {
		b.n++
		out = append(out, &queue.Message{Topic: "t", Partition: int(b.n % 3), Offset: b.n, Body: []byte(`{"id":"d","words":["w"]}`)})
	}
	return out, nil
}

func (b *broker) Ack(*queue.Message, bool) {}

type store struct{}

func (store) SaveOffsets(context.Context, map[string]int64) error { return nil }

func TestDrive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ix := NewIndexer(queue.NewSubscriber(&broker{cancel: cancel}, queue.Settings{}), store{})
	if err := ix.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

package group

import (
	"context"
	"fmt"
)

// Memory is a broker for trying things out.
type Memory struct {
	partitions int
	length     int
}

func NewMemory(partitions int) *Memory { return &Memory{partitions: partitions, length: 200} }

func (m *Memory) Partitions(string) int { return m.partitions }

func (m *Memory) Read(ctx context.Context, topic string, partition int) <-chan *Message {
	out := make(chan *Message)
	go func() {
		defer close(out)
		for i := range m.length {
			msg := &Message{Topic: topic, Partition: partition, Offset: int64(i), Key: fmt.Sprint("k", i%9), Value: []byte(`{"cents":120}`)}
			select {
			case out <- msg:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

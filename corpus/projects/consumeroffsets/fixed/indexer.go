package consumeroffsets

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"

	"example.com/projects/consumeroffsets/fixed/queue"
)

// Document is what messages carry.
type Document struct {
	ID    string   `json:"id"`
	Words []string `json:"words"`
}

// Store remembers how far a run has come.
type Store interface {
	SaveOffsets(ctx context.Context, offsets map[string]int64) error
}

// Indexer builds an index of words from the messages of a subscription.
type Indexer struct {
	sub   *queue.Subscriber
	store Store

	mu    sync.RWMutex
	index map[string]map[string]bool
}

// NewIndexer returns an indexer with an empty index.
func NewIndexer(sub *queue.Subscriber, store Store) *Indexer {
	return &Indexer{sub: sub, store: store, index: make(map[string]map[string]bool)}
}

// Run works until ctx is done, then saves the offsets.
func (ix *Indexer) Run(ctx context.Context) error {
	offsets := make(map[string]int64)
	err := ix.sub.Receive(ctx, func(ctx context.Context, m *queue.Message) {
		var doc Document
		if err := json.Unmarshal(m.Body, &doc); err != nil {
			slog.Warn("bad message", "topic", m.Topic, "offset", m.Offset, "err", err)
			m.Ack()
			return
		}
		ix.add(&doc)
		part := fmt.Sprintf("%s/%d", m.Topic, m.Partition)
		ix.mu.Lock()
		if m.Offset > offsets[part] {
			offsets[part] = m.Offset
		}
		ix.mu.Unlock()
		m.Ack()
	})
	if err != nil {
		return err
	}
	return ix.store.SaveOffsets(context.WithoutCancel(ctx), offsets)
}

func (ix *Indexer) add(doc *Document) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, w := range doc.Words {
		docs, ok := ix.index[w]
		if !ok {
			docs = make(map[string]bool)
			ix.index[w] = docs
		}
		docs[doc.ID] = true
	}
}

// Find returns how many documents have the word.
func (ix *Indexer) Find(word string) int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.index[word])
}

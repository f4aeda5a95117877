// Package wire has frames: a kind, a number and a body.
package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"sync"
)

type Kind byte

const (
	Ping Kind = iota
	Pong
	Call
	Reply
)

const maxBody = 1 << 20

type Frame struct {
	Kind Kind
	ID   uint32
	Body []byte
}

var ErrTooLong = errors.New("wire: body is too long")

// Codec makes bytes of frames. It is shared by all connections.
type Codec struct {
	buffers sync.Pool
	table   *crc32.Table
}

func NewCodec() *Codec {
	c := &Codec{table: crc32.MakeTable(crc32.Castagnoli)}
	c.buffers.New = func() any { return bytes.NewBuffer(make([]byte, 0, 512)) }
	return c
}

// Encode returns the bytes of a frame.
func (c *Codec) Encode(f Frame) ([]byte, error) {
	if len(f.Body) > maxBody {
		return nil, ErrTooLong
	}
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	buf.Reset()
	c.encode(buf, f)
	return bytes.Clone(buf.Bytes()), nil
}

func (c *Codec) encode(buf *bytes.Buffer, f Frame) {
	var head [13]byte
	head[0] = byte(f.Kind)
	binary.BigEndian.PutUint32(head[1:], f.ID)
	binary.BigEndian.PutUint32(head[5:], uint32(len(f.Body)))
	binary.BigEndian.PutUint32(head[9:], crc32.Checksum(f.Body, c.table))
	buf.Write(head[:])
	buf.Write(f.Body)
}

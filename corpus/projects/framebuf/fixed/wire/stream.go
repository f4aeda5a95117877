package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"sync"
	"time"
)

// Sender writes frames in a goroutine of its own.
type Sender struct {
	conn  net.Conn
	codec *Codec
	queue chan []byte
	once  sync.Once
	done  chan struct{}
}

func NewSender(conn net.Conn, c *Codec, depth int) *Sender {
	s := &Sender{conn: conn, codec: c, queue: make(chan []byte, depth), done: make(chan struct{})}
	go s.loop()
	return s
}

var errClosed = errors.New("wire: sender is closed")

// Send puts a frame into the queue.
func (s *Sender) Send(f Frame) error {
	b, err := s.codec.Encode(f)
	if err != nil {
		return err
	}
	select {
	case s.queue <- b:
		return nil
	case <-s.done:
		return errClosed
	}
}

func (s *Sender) loop() {
	for {
		select {
		case <-s.done:
			return
		case b := <-s.queue:
			_ = s.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
			if _, err := s.conn.Write(b); err != nil {
				s.Close()
				return
			}
		}
	}
}

func (s *Sender) Close() { s.once.Do(func() { close(s.done) }) }

// Reader reads frames of one connection.
type Reader struct {
	r     *bufio.Reader
	table *crc32.Table
}

func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReader(r), table: crc32.MakeTable(crc32.Castagnoli)}
}

var ErrChecksum = errors.New("wire: wrong checksum")

// Next returns the next frame.
func (r *Reader) Next() (Frame, error) {
	var head [13]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		return Frame{}, err
	}
	n := binary.BigEndian.Uint32(head[5:])
	if n > maxBody {
		return Frame{}, ErrTooLong
	}
	f := Frame{Kind: Kind(head[0]), ID: binary.BigEndian.Uint32(head[1:]), Body: make([]byte, n)}
	if _, err := io.ReadFull(r.r, f.Body); err != nil {
		return Frame{}, err
	}
	if crc32.Checksum(f.Body, r.table) != binary.BigEndian.Uint32(head[9:]) {
		return Frame{}, ErrChecksum
	}
	return f, nil
}

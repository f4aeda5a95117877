// The reader of an RPC connection takes calls out of the pending map without the lock under which callers put them in.
// want race

package pendingcalls

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

type request struct {
	ID     uint64          `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params,omitempty"`
}

type response struct {
	ID     uint64          `json:"id"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// codec reads and writes one JSON value for each line.
type codec struct {
	w   *bufio.Writer
	enc *json.Encoder
	dec *json.Decoder
	c   io.Closer
}

func newCodec(rwc io.ReadWriteCloser) *codec {
	w := bufio.NewWriter(rwc)
	return &codec{w: w, enc: json.NewEncoder(w), dec: json.NewDecoder(rwc), c: rwc}
}

func (c *codec) write(r *request) error {
	if err := c.enc.Encode(r); err != nil {
		return fmt.Errorf("encode %s: %w", r.Method, err)
	}
	return c.w.Flush()
}

func (c *codec) read(r *response) error { return c.dec.Decode(r) }

func (c *codec) close() error { return c.c.Close() }

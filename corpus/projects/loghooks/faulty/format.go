package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Formatter makes a line of an entry.
type Formatter interface {
	Format(*Entry) ([]byte, error)
}

// TextFormatter writes key=value.
type TextFormatter struct{ NoTime bool }

func (f TextFormatter) Format(e *Entry) ([]byte, error) {
	var b bytes.Buffer
	if !f.NoTime {
		b.WriteString(e.Time.Format(time.RFC3339))
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "%-5s %s", e.Level, e.Message)
	for _, k := range slices.Sorted(maps.Keys(e.fields)) {
		fmt.Fprintf(&b, " %s=%v", k, e.fields[k])
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// JSONFormatter writes one object a line.
type JSONFormatter struct{}

func (JSONFormatter) Format(e *Entry) ([]byte, error) {
	m := make(map[string]any, len(e.fields)+3)
	maps.Copy(m, e.fields)
	m["level"], m["time"], m["msg"] = e.Level.String(), e.Time, e.Message
	line, err := json.Marshal(m)
	return append(line, '\n'), err
}

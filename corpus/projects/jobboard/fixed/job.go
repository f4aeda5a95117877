package main

import (
	"encoding/json"
	"sync"
	"time"
)

type State string

const (
	Queued  State = "queued"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// info is what changes while a job runs.
type info struct {
	State   State     `json:"state"`
	Percent int       `json:"percent"`
	Began   time.Time `json:"began"`
	Ended   time.Time `json:"ended"`
	Error   string    `json:"error,omitempty"`
}

// Job is one piece of work.
type Job struct {
	id, kind, arg string

	sync.Mutex
	info
	lines []string
}

func (j *Job) ID() string { return j.id }

func (j *Job) begin() {
	j.Lock()
	defer j.Unlock()
	j.State, j.Began = Running, time.Now()
}

func (j *Job) report(percent int, line string) {
	j.Lock()
	defer j.Unlock()
	j.Percent = percent
	j.lines = append(j.lines, line)
}

func (j *Job) end(err error) {
	j.Lock()
	defer j.Unlock()
	j.Ended = time.Now()
	if err != nil {
		j.State, j.Error = Failed, err.Error()
		return
	}
	j.State, j.Percent = Done, 100
}

// Log returns a copy of the lines.
func (j *Job) Log() []string {
	j.Lock()
	defer j.Unlock()
	return append([]string(nil), j.lines...)
}

// MarshalJSON is what the list shows.
func (j *Job) MarshalJSON() ([]byte, error) {
	j.Lock()
	defer j.Unlock()
	return json.Marshal(struct {
		ID    string `json:"id"`
		Kind  string `json:"kind"`
		Lines int    `json:"lines"`
		info
	}{j.id, j.kind, len(j.lines), j.info})
}

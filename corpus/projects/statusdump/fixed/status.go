// The report is encoded under the lock.

package statusdump

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// State says how a component does.
type State string

const (
	Starting State = "starting"
	Ready    State = "ready"
	Failed   State = "failed"
)

// Component is one part of the process.
type Component struct {
	State   State     `json:"state"`
	Message string    `json:"message,omitempty"`
	Since   time.Time `json:"since"`
}

// Report is what /status shows.
type Report struct {
	Version    string               `json:"version"`
	Started    time.Time            `json:"started"`
	Components map[string]Component `json:"components"`
}

// Tracker collects the states of components.
type Tracker struct {
	mu     sync.Mutex
	report Report
	subs   []chan<- string
}

func NewTracker(version string) *Tracker {
	return &Tracker{report: Report{
		Version:    version,
		Started:    time.Now(),
		Components: make(map[string]Component),
	}}
}

// Subscribe makes ch hear the names of components that change.
func (t *Tracker) Subscribe(ch chan<- string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subs = append(t.subs, ch)
}

// Set records the state of a component.
func (t *Tracker) Set(name string, state State, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.report.Components[name]
	if old.State == state && old.Message == message {
		return
	}
	t.report.Components[name] = Component{State: state, Message: message, Since: time.Now()}
	for _, ch := range t.subs {
		select {
		case ch <- name:
		default:
		}
	}
}

// AllReady says whether every component is ready.
func (t *Tracker) AllReady() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.report.Components {
		if c.State != Ready {
			return false
		}
	}
	return true
}

// ServeHTTP shows the report.
func (t *Tracker) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	status := http.StatusOK
	if !t.AllReady() {
		status = http.StatusServiceUnavailable
	}
	t.mu.Lock()
	body, err := json.MarshalIndent(t.report, "", "  ")
	t.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

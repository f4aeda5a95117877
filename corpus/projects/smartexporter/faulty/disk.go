package main

import (
	"bufio"
	"bytes"
	"context"
	"log"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

type readFunc func(ctx context.Context, device string) ([]byte, error)

// disk is what is known of one device.
type disk struct {
	device      string
	healthy     bool
	temperature float64
	hours       float64
}

type diskCollector struct {
	list    func() ([]string, error)
	read    readFunc
	timeout time.Duration
	scrapes atomic.Int64

	disks  []disk
	failed int
}

func newDiskCollector(list func() ([]string, error), read readFunc, timeout time.Duration) *diskCollector {
	return &diskCollector{list: list, read: read, timeout: timeout}
}

func (*diskCollector) Name() string { return "disk" }

func (c *diskCollector) Collect(emit func(Sample)) {
	c.scrapes.Add(1)
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	c.refresh(ctx)
	for _, d := range c.disks { // race: read
		emit(Sample{Name: "smart_healthy", Label: d.device, Value: b2f(d.healthy)})
		emit(Sample{Name: "smart_temperature_celsius", Label: d.device, Value: d.temperature})
		emit(Sample{Name: "smart_power_on_hours", Label: d.device, Value: d.hours})
	}
	emit(Sample{Name: "smart_failed_devices", Value: float64(c.failed)}) // race: read
	emit(Sample{Name: "smart_scrapes_total", Value: float64(c.scrapes.Load())})
}

func (c *diskCollector) refresh(ctx context.Context) {
	c.disks = c.disks[:0] // race: write
	c.failed = 0          // race: write
	devices, err := c.list()
	if err != nil {
		log.Printf("list devices: %v", err)
		return
	}
	for _, dev := range devices {
		text, err := c.read(ctx, dev)
		if err != nil {
			c.failed++ // race: write
			continue
		}
		c.disks = append(c.disks, parse(dev, text)) // race: write
	}
}

func parse(device string, text []byte) disk {
	d := disk{device: device}
	sc := bufio.NewScanner(bytes.NewReader(text))
	for sc.Scan() {
		key, value, ok := strings.Cut(sc.Text(), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key {
		case "health":
			d.healthy = value == "PASSED"
		case "temperature":
			d.temperature, _ = strconv.ParseFloat(value, 64)
		case "hours":
			d.hours, _ = strconv.ParseFloat(value, 64)
		}
	}
	return d
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// processCollector tells of the exporter itself.
type processCollector struct {
	start time.Time
}

func newProcessCollector() processCollector { return processCollector{start: time.Now()} }

func (processCollector) Name() string { return "process" }

func (p processCollector) Collect(emit func(Sample)) {
	emit(Sample{Name: "process_goroutines", Value: float64(runtime.NumGoroutine())})
	emit(Sample{Name: "process_uptime_seconds", Value: time.Since(p.start).Seconds()})
}

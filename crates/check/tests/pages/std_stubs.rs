//! A standard library small enough to be typed anew for each block of a page: the declarations
//! that pages use, without bodies.

/// Files below `GOROOT/src`.
pub(crate) const STUBS: &[(&str, &str)] = &[
    ("runtime/runtime.go", "package runtime\n\nfunc Gosched()\n"),
    ("unsafe/unsafe.go", "package unsafe\n"),
    (
        "context/context.go",
        "package context

type Context interface {
	Done() <-chan struct{}
	Err() error
}

type CancelFunc func()

func Background() Context
func WithCancel(parent Context) (Context, CancelFunc)
",
    ),
    (
        "fmt/print.go",
        "package fmt\n\nfunc Println(a ...any) (n int, err error)\n",
    ),
    (
        "log/log.go",
        "package log\n\nfunc Fatal(v ...any)\nfunc Println(v ...any)\n",
    ),
    (
        "maps/maps.go",
        "package maps\n\nfunc Clone[M ~map[K]V, K comparable, V any](m M) M\n",
    ),
    (
        "os/os.go",
        "package os

type File struct{ name string }

func (f *File) Close() error
func Exit(code int)
",
    ),
    (
        "reflect/value.go",
        "package reflect

import \"unsafe\"

type Value struct{ pointer unsafe.Pointer }

func ValueOf(i any) Value
func (v Value) Pointer() uintptr
func (v Value) UnsafePointer() unsafe.Pointer
",
    ),
    (
        "sync/sync.go",
        "package sync

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

type Locker interface {
	Lock()
	Unlock()
}

type Mutex struct {
	_     noCopy
	state int32
}

func (m *Mutex) Lock()
func (m *Mutex) TryLock() bool
func (m *Mutex) Unlock()

type RWMutex struct {
	w       Mutex
	readers int32
}

func (rw *RWMutex) Lock()
func (rw *RWMutex) RLock()
func (rw *RWMutex) RLocker() Locker
func (rw *RWMutex) RUnlock()
func (rw *RWMutex) TryLock() bool
func (rw *RWMutex) TryRLock() bool
func (rw *RWMutex) Unlock()

type WaitGroup struct {
	noCopy noCopy
	state  uint64
}

func (wg *WaitGroup) Add(delta int)
func (wg *WaitGroup) Done()
func (wg *WaitGroup) Go(f func())
func (wg *WaitGroup) Wait()

type Once struct {
	_    noCopy
	done uint32
	m    Mutex
}

func (o *Once) Do(f func())

type Cond struct {
	noCopy noCopy
	L      Locker
}

func NewCond(l Locker) *Cond
func (c *Cond) Broadcast()
func (c *Cond) Signal()
func (c *Cond) Wait()

type Pool struct {
	noCopy noCopy
	New    func() any
}

func (p *Pool) Get() any
func (p *Pool) Put(x any)

type Map struct{ _ noCopy }

func (m *Map) Load(key any) (value any, ok bool)
func (m *Map) Store(key, value any)
",
    ),
    (
        "sync/atomic/atomic.go",
        "package atomic

import \"unsafe\"

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

type Int64 struct {
	_ noCopy
	v int64
}

func (x *Int64) Add(delta int64) (new int64)
func (x *Int64) Load() int64

type Value struct{ v any }

func (v *Value) Load() (val any)

func AddInt64(addr *int64, delta int64) (new int64)
func LoadPointer(addr *unsafe.Pointer) (val unsafe.Pointer)
",
    ),
    (
        "time/time.go",
        "package time

type Duration int64

const (
	Millisecond Duration = 1000 * 1000
	Second               = 1000 * Millisecond
)

type Time struct{ wall uint64 }

func Now() Time
func Since(t Time) Duration
func Sleep(d Duration)
func Tick(d Duration) <-chan Time
func After(d Duration) <-chan Time
func AfterFunc(d Duration, f func()) *Timer

type Timer struct{ C <-chan Time }

func (t *Timer) Stop() bool
",
    ),
];

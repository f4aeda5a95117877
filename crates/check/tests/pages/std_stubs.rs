//! A standard library small enough to be typed anew for each block of a page: the declarations
//! that pages use, without bodies.

/// Files below `GOROOT/src`.
pub(crate) const STUBS: &[(&str, &str)] = &[
    ("runtime/runtime.go", "package runtime\n\nfunc Gosched()\n"),
    ("unsafe/unsafe.go", "package unsafe\n"),
    (
        "iter/iter.go",
        "package iter

type Seq[V any] func(yield func(V) bool)
type Seq2[K, V any] func(yield func(K, V) bool)
",
    ),
    (
        "bytes/buffer.go",
        "package bytes

type Buffer struct{ buf []byte }

func (b *Buffer) Len() int
func (b *Buffer) String() string
func (b *Buffer) WriteString(s string) (n int, err error)
",
    ),
    (
        "math/rand/rand.go",
        "package rand

type Source interface{ Int63() int64 }

type Rand struct{ src Source }

func New(src Source) *Rand
func NewSource(seed int64) Source
func Intn(n int) int
func Seed(seed int64)
func (r *Rand) Intn(n int) int
",
    ),
    (
        "net/http/http.go",
        "package http

type Header map[string][]string

func (h Header) Get(key string) string
func (h Header) Set(key, value string)

type ResponseWriter interface {
	Header() Header
	Write([]byte) (int, error)
	WriteHeader(statusCode int)
}

type Request struct {
	Method string
	Header Header
}

type Client struct{ Timeout int64 }

var DefaultClient = &Client{}

type Handler interface {
	ServeHTTP(ResponseWriter, *Request)
}

type HandlerFunc func(ResponseWriter, *Request)

func (f HandlerFunc) ServeHTTP(w ResponseWriter, r *Request) { f(w, r) }

type ServeMux struct{ mu int }

func NewServeMux() *ServeMux
func (mux *ServeMux) Handle(pattern string, handler Handler)
func (mux *ServeMux) HandleFunc(pattern string, handler func(ResponseWriter, *Request))

func Handle(pattern string, handler Handler)
",
    ),
    (
        "testing/testing.go",
        "package testing

type T struct{ name string }

func (t *T) Errorf(format string, args ...any)
func (t *T) Fatal(args ...any)
func (t *T) Log(args ...any)
func (t *T) Parallel()
func (t *T) Run(name string, f func(t *T)) bool
",
    ),
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
        "package maps

import \"iter\"

func All[M ~map[K]V, K comparable, V any](m M) iter.Seq2[K, V]
func Clone[M ~map[K]V, K comparable, V any](m M) M
func Keys[M ~map[K]V, K comparable, V any](m M) iter.Seq[K]
",
    ),
    (
        "os/os.go",
        "package os

type File struct{ name string }

func Setenv(key, value string) error

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
func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool)
func (m *Map) Range(f func(key, value any) bool)
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
func (x *Int64) CompareAndSwap(old, new int64) (swapped bool)
func (x *Int64) Load() int64
func (x *Int64) Store(val int64)

type Int32 struct {
	_ noCopy
	v int32
}

func (x *Int32) Add(delta int32) (new int32)
func (x *Int32) CompareAndSwap(old, new int32) (swapped bool)
func (x *Int32) Load() int32
func (x *Int32) Store(val int32)

type Bool struct {
	_ noCopy
	v uint32
}

func (x *Bool) CompareAndSwap(old, new bool) (swapped bool)
func (x *Bool) Load() bool
func (x *Bool) Store(val bool)

type Pointer[T any] struct {
	_ [0]*T
	v unsafe.Pointer
}

func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool)
func (x *Pointer[T]) Load() *T
func (x *Pointer[T]) Store(val *T)

type Value struct{ v any }

func (v *Value) Load() (val any)
func (v *Value) Store(val any)

func AddInt64(addr *int64, delta int64) (new int64)
func CompareAndSwapInt64(addr *int64, old, new int64) (swapped bool)
func LoadInt64(addr *int64) (val int64)
func StoreInt64(addr *int64, val int64)
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

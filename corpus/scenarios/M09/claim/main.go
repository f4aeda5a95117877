// Claim: the memory of a large freed map is protected when it is used again, so that a stale
// reader gets an unexpected fault.
//
// The runtime gives freed pages back by madvise; they stay readable and writable. The program
// keeps the address of a freed value as an integer, returns all memory to the system, finds the
// page in /proc/self/maps and reads it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime/debug"
	"unsafe"
)

type block [1 << 20]byte

func build() uintptr {
	m := map[int]*block{}
	for i := 0; i < 100; i++ {
		m[i] = &block{1}
	}
	return uintptr(unsafe.Pointer(m[50]))
}

func protection(address uintptr) string {
	file, err := os.Open("/proc/self/maps")
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var from, to uintptr
		var mode string
		fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &mode)
		if from <= address && address < to {
			return mode
		}
	}
	return "not mapped"
}

//go:nocheckptr
func read(address uintptr) byte {
	return **(**byte)(unsafe.Pointer(&address))
}

func main() {
	debug.SetPanicOnFault(true)
	stale := build()
	debug.FreeOSMemory()
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Println("so it is:", fault)
			os.Exit(1)
		}
	}()
	mode := protection(stale)
	fmt.Printf("not so: the page of the freed value is %s and reads %d\n", mode, read(stale))
}

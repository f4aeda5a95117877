package main

import (
	_ "example.com/kv"
	_ "example.com/tool"
)

func main() {}

package p; import "a/b"
import (
	. "c"
	_ `d`; x "e"
)
import 1
import ""
var x = 1

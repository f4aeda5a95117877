package p

func f() {
	case 1:
	if x = y {
	if var z = 1; z {
	for var i = range x {
	defer (f)()
	go f
	else { }
	a, b: c
	switch x = y.(type) { foo }
	x.y.(type)
	import "x"
	return return
}

package a

func logical(a, b, c bool) bool {
	if a && (b || !c) {
		return true
	}
	return a || b && c
}

func chain(n int) string {
	if n < 0 {
		return "negative"
	} else if m := n * 2; m == 0 {
		return "zero"
	} else {
		n = m
	}
	return "positive"
}

func switches(n int, a bool) int {
	switch k := n + 1; k {
	case 1, 2:
		n = 1
		fallthrough
	case 3:
		n = 2
	default:
		n = 3
	}
	switch {
	case a:
		break
	case n > 1:
		return 1
	}
	return n
}

func types(v any) int {
	switch x := v.(type) {
	case int:
		return x
	case string, []byte:
		_ = x
	}
	return 0
}

package a

type table struct{ rows map[string]map[int]*entry }

type entry struct {
	n    int
	tags map[string]bool
}

func (t *table) use(name string) int {
	e, ok := t.rows[name][1]
	if !ok {
		t.rows[name] = map[int]*entry{1: {tags: make(map[string]bool)}}
	}
	t.rows[name][2] = e
	t.rows[name][3].n++
	t.rows[name][4].tags["x"] = true
	delete(t.rows, name)
	clear(t.rows)
	if _, ok = t.rows["y"]; ok {
		return len(t.rows)
	}
	return t.rows[name][5].n
}

func counts(m map[[2]int]struct{ n int }) int {
	m[[2]int{1, 2}] = struct{ n int }{3}
	return m[[2]int{}].n
}

// Pages are rendered side by side, and their template calls a function that remembers its results.
package main

import (
	"fmt"
	"io"
	"sync"
	"text/template"

	"example.com/kernels/template-helper-memo/faulty/slug"
)

var page = template.Must(template.New("page").
	Funcs(template.FuncMap{"slug": slug.Of}).
	Parse(`{{range .}}/{{slug .}} {{end}}`))

func main() {
	var pages sync.WaitGroup
	for i := range 4 {
		pages.Go(func() {
			for j := range 50 {
				_ = page.Execute(io.Discard, []string{fmt.Sprintf("Part %d of %d", j, i)})
			}
		})
	}
	pages.Wait()
}

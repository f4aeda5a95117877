// A file system for a web server looks each name up in an archive once and remembers where it stands.
// want CT1001 CT1002
package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing/fstest"
)

type archive struct {
	files fstest.MapFS
	known map[string]fs.FileInfo
}

// Open is part of http.FileSystem.
func (a *archive) Open(name string) (http.File, error) {
	name = strings.TrimPrefix(name, "/")
	if _, ok := a.known[name]; !ok {
		info, err := a.files.Stat(name)
		if err != nil {
			return nil, err
		}
		a.known[name] = info // race: write
	}
	return http.FS(a.files).Open(name)
}

func main() {
	files := fstest.MapFS{}
	for number := range 50 {
		files[fmt.Sprintf("%d.txt", number)] = &fstest.MapFile{Data: []byte("text")}
	}
	site := http.FileServer(&archive{files: files, known: map[string]fs.FileInfo{}})
	var visitors sync.WaitGroup
	for range 8 {
		visitors.Go(func() {
			for number := range 50 {
				request := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%d.txt", number), http.NoBody)
				site.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
	visitors.Wait()
}

// Parallel table tests write into one strings.Builder of the outer test.
// want CT1113 CT1115 CT1102
package render

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	var out strings.Builder
	cases := []struct{ in, want string }{{"a", "<a>"}, {"b", "<b>"}, {"c", "<c>"}}
	for _, c := range cases {
		t.Run(c.in, func(t *testing.T) {
			t.Parallel()
			out.Reset()                 // race: write
			out.WriteString("<")        // race: write
			out.WriteString(c.in + ">") // race: write
			if got := out.String(); got != c.want && len(got) > 100 {
				t.Errorf("got %s", got)
			}
		})
	}
}

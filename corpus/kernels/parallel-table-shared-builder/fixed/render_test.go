// Parallel table tests write into one strings.Builder of the outer test.
package render

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	cases := []struct{ in, want string }{{"a", "<a>"}, {"b", "<b>"}, {"c", "<c>"}}
	for _, c := range cases {
		t.Run(c.in, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			out.WriteString("<")
			out.WriteString(c.in + ">")
			if got := out.String(); got != c.want && len(got) > 100 {
				t.Errorf("got %s", got)
			}
		})
	}
}

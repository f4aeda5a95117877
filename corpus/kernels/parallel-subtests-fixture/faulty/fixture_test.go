// Parallel subtests change a fixture that they share.
// want CT1113 CT1102
package fixture

import "testing"

type request struct{ user string }

func TestRoles(t *testing.T) {
	shared := &request{}
	for _, user := range []string{"admin", "guest", "robot"} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			shared.user = user // race: write
			if shared.user == "" {
				t.Fatal("no user")
			}
		})
	}
}

// Parallel subtests change a fixture that they share.
package fixture

import "testing"

type request struct{ user string }

func TestRoles(t *testing.T) {
	for _, user := range []string{"admin", "guest", "robot"} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			shared := &request{}
			shared.user = user
			if shared.user == "" {
				t.Fatal("no user")
			}
		})
	}
}

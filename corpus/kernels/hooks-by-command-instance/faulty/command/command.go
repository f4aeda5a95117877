// Package command builds trees of commands. Hooks of all of them stand in one map.
// want CT1001 CT1002
package command

// A Command can be run.
type Command struct {
	Name string
}

var hooks = map[*Command]func() error{}

// New returns a command with that name.
func New(name string) *Command {
	return &Command{Name: name}
}

// Before sets what is done before the command.
func (c *Command) Before(hook func() error) {
	hooks[c] = hook // race: write
}

// Run runs the command.
func (c *Command) Run() error {
	if hook, ok := hooks[c]; ok { // race: read
		return hook()
	}
	return nil
}

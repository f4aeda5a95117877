// Package command builds trees of commands. Each knows its hook.
package command

// A Command can be run.
type Command struct {
	Name string
	hook func() error
}

// New returns a command with that name.
func New(name string) *Command {
	return &Command{Name: name}
}

// Before sets what is done before the command.
func (c *Command) Before(hook func() error) {
	c.hook = hook
}

// Run runs the command.
func (c *Command) Run() error {
	if c.hook != nil {
		return c.hook()
	}
	return nil
}

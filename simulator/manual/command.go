package manual

// Command is a command with its flags and subcommands, as "twilsim help --json" prints it.
type Command struct {
	Name     string    `json:"name"`
	Usage    string    `json:"usage"`
	Short    string    `json:"short"`
	Long     string    `json:"long,omitempty"`
	Example  string    `json:"example,omitempty"`
	Flags    []Flag    `json:"flags,omitempty"`
	Commands []Command `json:"commands,omitempty"`
}

// Flag is a flag of a command.
type Flag struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default string `json:"default,omitempty"`
	Usage   string `json:"usage"`
	Env     string `json:"env,omitempty"` // the variable from which it can come
}

// isTopic reports whether c is a topic, which cannot be run. Topics are among the commands, so that
// help finds both.
func (c Command) isTopic() bool {
	for _, t := range Topics() {
		if t.Name == c.Name {
			return true
		}
	}
	return false
}

// walk calls visit for the commands below c, each before its subcommands and without the topics.
func (c Command) walk(visit func(Command)) {
	for _, sub := range c.Commands {
		if !sub.isTopic() {
			visit(sub)
			sub.walk(visit)
		}
	}
}

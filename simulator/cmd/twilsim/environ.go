package main

import (
	"strings"

	"twilsim/simulator/intercept"
)

// surroundings are what the environment of a command is made of.
type surroundings struct {
	intercept.Environment
	simulator []variable // as twilsim env prints them
	keep      bool       // the credentials that are there
}

// settings returns what to set so that every SDK comes to the simulator.
func (s *surroundings) settings() []intercept.Setting {
	list := s.Settings()
	for _, v := range s.simulator {
		reason := "the simulator's account; it is good for nothing else"
		switch {
		case !strings.HasPrefix(v.name, "TWILIO_"):
			reason = "where the simulator is, for twilsim's own commands"
		case s.keep && s.Getenv(v.name) != "":
			continue
		}
		list = append(list, intercept.Setting{Name: v.name, Value: v.value, Reason: reason})
	}
	return append(list, intercept.Setting{Name: "TWILSIM_ACTIVE", Value: "1", Reason: "says that Twilio is simulated here"})
}

// replaced are the variables whose values the command does not get, because they are not the simulator's.
func (s *surroundings) replaced() []string {
	var names []string
	for _, v := range s.simulator {
		have := s.Getenv(v.name)
		if strings.HasPrefix(v.name, "TWILIO_") && have != "" && have != v.value && !s.keep {
			names = append(names, v.name)
		}
	}
	return names
}

// printSettings prints what a command would get. The credentials are the simulator's, and no secret.
func (c *cli) printSettings(settings []intercept.Setting) error {
	if c.ui.json {
		return c.ui.encode(settings)
	}
	for i, s := range settings {
		if i > 0 {
			c.ui.printf("\n")
		}
		c.ui.printf("# %s\n%s\n", s.Reason, text(envFormats()["sh"](variable{s.Name, clean(s.Value)})))
	}
	return nil
}

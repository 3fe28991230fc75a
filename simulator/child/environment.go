package child

import (
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
)

// Variable is an environment variable that an app reads.
type Variable struct{ Name, Value string }

// Variables returns what an app must know to use the simulator at url: the account, its token, its
// first number and the URL. The access token of the control API is among them unless it is "".
func Variables(url, accessToken string, c *control.Credentials) []Variable {
	variables := []Variable{
		{"TWILIO_ACCOUNT_SID", c.AccountSID},
		{"TWILIO_AUTH_TOKEN", c.AuthToken},
	}
	if len(c.PhoneNumbers) > 0 {
		variables = append(variables, Variable{"TWILIO_PHONE_NUMBER", c.PhoneNumbers[0]})
	}
	variables = append(variables, Variable{"TWILSIM_URL", url})
	if accessToken != "" {
		variables = append(variables, Variable{"TWILSIM_ACCESS_TOKEN", accessToken})
	}
	return variables
}

// Environment describes the environment of a program that is to reach a simulator. Getenv must be
// set: it returns the variables that the program would have otherwise.
type Environment struct {
	intercept.Environment
	Simulator []Variable // see [Variables]

	// KeepCredentials leaves TWILIO_ variables that are already set as they are.
	KeepCredentials bool
}

// Settings returns the variables to set, each with the reason for a person. A program gets them
// after its present variables, so they win. The reasons are for --print-env.
func (e *Environment) Settings() []intercept.Setting {
	list := e.Environment.Settings()
	for _, v := range e.Simulator {
		reason := "the simulator's account, which is useless anywhere else"
		switch {
		case !strings.HasPrefix(v.Name, "TWILIO_"):
			reason = "where the simulator is, for twilsim's own commands"
		case e.KeepCredentials && e.Getenv(v.Name) != "":
			continue
		}
		list = append(list, intercept.Setting{Name: v.Name, Value: v.Value, Reason: reason})
	}
	return append(list, intercept.Setting{
		Name: "TWILSIM_ACTIVE", Value: "1", Reason: "tells programs that Twilio is simulated here",
	})
}

// Replaced returns the names of the TWILIO_ variables whose present values the program does not
// get, because they differ from the simulator's.
func (e *Environment) Replaced() []string {
	var names []string
	for _, v := range e.Simulator {
		have := e.Getenv(v.Name)
		if strings.HasPrefix(v.Name, "TWILIO_") && have != "" && have != v.Value &&
			!e.KeepCredentials {
			names = append(names, v.Name)
		}
	}
	return names
}

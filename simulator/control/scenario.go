package control

import (
	"context"
	"net/http"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

func scenarioRoutes() []route {
	return []route{
		{
			method: "GET", path: "/messages/{ref}/scenario", name: "scenario", tag: "messages",
			summary: "A scenario of the conversation that a message belongs to",
			description: "A file of the scenario language, which twilsim run runs. The answers " +
				"that the app gave can take the place of the app.",
			query:    []param{answersParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).scenario,
		},
		{
			method: "GET", path: "/scenario", name: "spanScenario", tag: "scenarios",
			summary: "A scenario of what began in a span of time",
			description: "With all handsets, and one number of the account. Without since and " +
				"until it has everything that is kept.",
			query:    []param{sinceParam, untilParam, answersParam},
			errors:   []int{409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).spanScenario,
		},
	}
}

// Recorded says what a scenario is made of. It is what [Info.Scenario] gets; that function is
// outside because the scenario language is above this package.
type Recorded struct {
	Account string // its SID
	// the SID of a message, for its conversation; "" for a span of time
	SID          string
	Since, Until time.Time // the zero time is no limit
	Answers      bool      // the answers that the app gave take the place of the app
}

// scenario writes a scenario of the conversation that a message belongs to.
func (s *api) scenario(w http.ResponseWriter, r *http.Request) error {
	return s.writeScenario(w, r, NewScenario{Message: r.PathValue("ref")})
}

// spanScenario writes a scenario of a span of time.
func (s *api) spanScenario(w http.ResponseWriter, r *http.Request) error {
	var in NewScenario
	for name, at := range map[string]**time.Time{"since": &in.Since, "until": &in.Until} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return bad("bad "+name+" "+quote(text), "2026-11-26T10:42:07Z")
		}
		*at = &t
	}
	return s.writeScenario(w, r, in)
}

func (s *api) writeScenario(w http.ResponseWriter, r *http.Request, in NewScenario) error {
	var err error
	if in.Answers, err = truth(r, "answers"); err != nil {
		return err
	}
	text, err := s.compose(r.Context(), in)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text) // nothing to do when the client has gone
	return nil
}

// compose writes a scenario of what happened in the account. The error is 404 for a message that is
// not kept, and 409 where nothing can be composed, usually because the journal has dropped the
// beginning.
func (s *api) compose(ctx context.Context, in NewScenario) ([]byte, error) {
	made := Recorded{Account: s.account.SID, Answers: in.Answers}
	about := "that span of time"
	if in.Message != "" {
		m, err := resolve[*messaging.Message](s, journal.Messages, in.Message)
		if err != nil {
			return nil, err
		}
		made.SID, about = m.ID(), m.ID()
	}
	if in.Since != nil {
		made.Since = *in.Since
	}
	if in.Until != nil {
		made.Until = *in.Until
	}
	if s.info.Scenario == nil {
		return nil, conflict("this simulator writes no scenarios", "twilsim new my-scenario")
	}
	text, err := s.info.Scenario(ctx, made)
	if err != nil {
		return nil, conflict("no scenario of "+about+": "+err.Error(),
			"serve --keep 0 keeps everything")
	}
	return text, nil
}

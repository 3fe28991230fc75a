package demo

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/terminal"
)

// TestStory checks the outcome of each step: the reply is delivered, the other message is not.
func TestStory(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errors strings.Builder
	ui := terminal.New(strings.NewReader(""), &out, &errors, func(string) string { return "" })
	if err := (&Demo{UI: ui, Version: "9.9.9", Started: time.Now()}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`(?m)^twilsim 9\.9\.9 `,
		`3 inbound +\+12025550142 -> \+12025550100  "hi"`,
		`webhook +POST /sms +200 .* signature ok`,
		`status +queued -> sent -> delivered`,
		`callback +delivered +POST /status +200`,
		`api +POST Messages.json +201`,
		`status +queued -> sent -> undelivered +30003 `,
		`has a status of undelivered`,
	} {
		if !regexp.MustCompile(want).MatchString(out.String()) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if errors.Len() > 0 {
		t.Errorf("stderr: %s", errors.String())
	}
}

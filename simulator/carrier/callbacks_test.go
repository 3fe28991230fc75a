package carrier_test

import (
	"errors"
	"strings"
	"testing"

	"twilsim/simulator/carrier"
)

// TestManyCallbacks checks that a script cannot flood the app, whatever it is made of.
func TestManyCallbacks(t *testing.T) {
	for steps, wrong := range map[int]bool{10: false, 11: true, 10_000: true} {
		text := strings.TrimSuffix(strings.Repeat("sent*100,", steps), ",")
		_, err := carrier.ParseScript(text)
		var script *carrier.ScriptError
		if got := errors.As(err, &script); got != wrong {
			t.Errorf("%d steps of 100 callbacks: %v", steps, err)
		} else if wrong && script.Offset != 10*len("sent*100,") {
			t.Errorf("the mistake is at %d", script.Offset)
		}
	}
}

package testscript

import (
	"fmt"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/clock"
	"twilsim/simulator/verify"
)

const codeUsage = "code NUMBER [as=NAME] [within=TIME]"

// codeWords are the words of the command code.
type codeWords struct {
	number, as string
	within     time.Duration
}

func parseCode(args []string) (codeWords, error) {
	if len(args) == 0 {
		return codeWords{}, fmt.Errorf("usage: %s", codeUsage)
	}
	var c codeWords
	var err error
	if c.number, err = address.Parse(args[0]); err != nil {
		return c, err
	}
	for _, word := range args[1:] {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "as":
			c.as, err = value, checkName(value)
		case "within":
			c.within, err = clock.ParseDuration(value)
		default:
			err = fmt.Errorf("usage: %s", codeUsage)
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// cmdCode prints the code of Verify's that a handset has received last. It fails if none has
// arrived; with !, if one has.
//
//	code NUMBER [as=NAME] [within=TIME]
//
// within lets the clock go on until a code has arrived, or for the whole time with !.
func cmdCode(ts host, neg bool, args []string) {
	w := of(ts)
	c, err := parseCode(args)
	ts.Check(err)
	arrived := func() bool {
		_, ok := verify.Received(w.account, c.number)
		return ok
	}
	if c.within > 0 {
		_, err = w.account.Clock.AdvanceUntil(w.ctx, c.within,
			func() bool { return !neg && arrived() })
		ts.Check(err)
	}
	ts.Check(w.account.Clock.AwaitIdle(w.ctx))
	code, ok := verify.Received(w.account, c.number)
	switch {
	case neg && ok:
		ts.Fatalf("%s has received the code %s", c.number, code)
	case !neg && !ok:
		ts.Fatalf("%s has received no code; a text takes a second of the clock to arrive: "+
			"write within=5s, or clock advance 5s before", c.number)
	case ok:
		fmt.Fprintln(ts.Stdout(), code)
		w.nameThing(ts, c.as, code)
	}
}

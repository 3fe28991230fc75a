package display

import (
	"strconv"

	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

// Replay prints a replay: in short if there are several replays or repetitions. several means that
// several webhooks are replayed, repeated that one is replayed several times.
func Replay(u *terminal.UI, x *journal.Exchange, several, repeated bool) error {
	x = x.Masked()
	switch {
	case u.JSON:
		return u.Encode(x)
	case several:
		u.Printf("%s   replay of %s   %s   %s\n", x.Name, x.ReplayOf, result(u, x),
			terminal.Millis(x.Duration))
	case repeated:
		u.Printf("%s   %s   %s\n", x.Name, result(u, x), terminal.Millis(x.Duration))
	default:
		u.Printf("%s   replay of %s   %s   %s %s   %s   %s\n", x.Name, x.ReplayOf,
			signedHow(x, "signed again"), x.Method, x.URL,
			result(u, x), terminal.Millis(x.Duration))
	}
	outsideHint(u, x)
	return nil
}

// Succeeded reports whether the app answered with 2xx.
func Succeeded(x *journal.Exchange) bool { return x.Status >= 200 && x.Status <= 299 }

// result is the status, or the error if there is none.
func result(u *terminal.UI, x *journal.Exchange) terminal.Safe {
	if x.Status == 0 {
		return u.Paint(terminal.Red, x.Error)
	}
	return u.Paint(HTTPStyle(x.Status), strconv.Itoa(x.Status))
}

// signedHow says how a webhook was signed; well is what to say of a valid signature.
func signedHow(x *journal.Exchange, well string) string {
	if x.Signature == "valid" {
		return well
	}
	return "signature " + x.Signature
}

// Made prints a webhook that no message caused, and the answer unless it is one of several.
func Made(u *terminal.UI, x *journal.Exchange, several bool) error {
	x = x.Masked()
	if u.JSON {
		return u.Encode(x)
	}
	u.Printf("%s   %s   %s %s   %s   %s\n", x.Name, signedHow(x, "signed"), x.Method, x.URL,
		result(u, x), terminal.Millis(x.Duration))
	outsideHint(u, x)
	if !several && !u.Quiet {
		printBody(u, x.ResponseBody, u.Verbose)
	}
	return nil
}

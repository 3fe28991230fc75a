package display

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/terminal"
)

// AlertInFull prints an alert with the exchange and the message that it is about, and what to do
// next. It asks client for these.
func AlertInFull(ctx context.Context, u *terminal.UI, client *control.Client,
	a *journal.Alert) error {
	u.Printf("%s   %s %s   %s%s\n", a.Name, u.Paint(levelStyle(a.Level), string(a.Level)), a.Code,
		a.Title, acknowledged(a))
	if a.Cause != "" {
		u.Printf("  cause     %s\n", a.Cause)
	}
	if a.Text != "" && a.Text != a.Title {
		u.Printf("  what      %s\n", a.Text)
	}
	if a.Line > 0 {
		u.Printf("  where     line %s, column %s of the TwiML\n", strconv.Itoa(a.Line),
			strconv.Itoa(a.Column))
	}
	next, err := printAbout(ctx, u, client, a)
	if err != nil {
		return err
	}
	if a.Try != "" {
		u.Printf("  try       %s\n", a.Try)
	}
	if code, err := strconv.Atoi(a.Code); err == nil {
		u.Printf("  docs      %s\n", errcode.Docs(code))
	} else {
		next = append(next, "twilsim help hints")
	}
	if a.Fact != "" {
		u.Printf("  fact      %s   twilsim facts %s\n", a.Fact, a.Fact)
	}
	if len(next) > 0 && !u.Quiet {
		u.Printf("  next      %s\n", strings.Join(next, "      "))
	}
	return nil
}

// printAbout prints the exchange and the message of an alert, and returns the commands that show
// more. What the journal has dropped meanwhile is no error: the alert itself is worth showing.
func printAbout(ctx context.Context, u *terminal.UI, client *control.Client,
	a *journal.Alert) (next []string, err error) {
	if a.Exchange != "" {
		command, err := printExchange(ctx, u, client, a.Exchange)
		if err != nil {
			return nil, err
		}
		next = append(next, command)
	}
	if a.SID != "" {
		if err := printEnd(ctx, u, client, a.SID); err != nil {
			return nil, err
		}
		next = append(next, "twilsim messages show "+Short(a.SID))
	}
	return next, nil
}

// printExchange prints the request and the status of an exchange, and returns the command that
// shows more.
func printExchange(ctx context.Context, u *terminal.UI, client *control.Client,
	name string) (command string, err error) {
	get, label, command := client.Webhook, "webhook ", "twilsim webhooks show "+name
	// the letter of an ID says its kind: W for webhooks, R for requests
	if strings.HasPrefix(name, "R") {
		get, label, command = client.Request, "request ", "twilsim requests show "+name
	}
	x, err := get(ctx, name)
	switch {
	case notKept(err):
		u.Printf("  %s  %s (not kept any more)\n", label, name)
		return command, nil
	case err != nil:
		return "", err
	}
	u.Printf("  %s  %s   %s %s\n", label, x.Name, x.Method, urlOf(x))
	if x.Dialed != "" {
		u.Printf("  served at %s\n", x.Dialed)
	}
	if x.Status == 0 {
		u.Printf("  response  %s   %s\n", u.Paint(terminal.Red, "none"),
			terminal.Millis(x.Duration))
		return command, nil
	}
	contentType, _, _ := strings.Cut(x.ResponseHeader.Get("Content-Type"), ";")
	u.Printf("  response  %s   %s   %s   %s\n", u.Paint(HTTPStyle(x.Status), httpText(x.Status)),
		terminal.Millis(x.Duration),
		cmp.Or(contentType, "no type"), excerpt(x.ResponseBody))
	return command, nil
}

// printEnd prints the present status of a message.
func printEnd(ctx context.Context, u *terminal.UI, client *control.Client, sid string) error {
	m, err := client.Message(ctx, sid)
	switch {
	case notKept(err):
		u.Printf("  message   %s (not kept any more)\n", sid)
		return nil
	case err != nil:
		return err
	}
	code := ""
	if m.ErrorCode != nil {
		code = " " + strconv.Itoa(*m.ErrorCode)
	}
	status := string(m.Status)
	u.Printf("  message   %s   %s -> %s   %s\n", sid, sender(m), m.To,
		u.Paint(StatusStyle(status), status+code))
	return nil
}

// notKept reports whether the simulator answered that it does not have something.
func notKept(err error) bool {
	var e *control.Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

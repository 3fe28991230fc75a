// Package demo shows the whole flow of a message with a small built-in app, in virtual time. It is
// what "twilsim demo" prints.
//
// [Demo.Run] starts the app and a simulator on free ports of this machine, lets a handset text the
// app, and lets the app send a message that is not delivered. Each step is printed from what the
// simulator recorded, so the demo fails if one of them did not happen.
package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twilsim/app"
	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/display"
	"twilsim/simulator/host"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// The phone numbers of the demo.
const (
	demoHandset = "+12025550142"
	demoMagic   = "+15005550103" // the magic recipient that cannot be reached: 30003
)

// Demo is one run of the demo. UI must be set. A Demo is run once.
type Demo struct {
	UI      *terminal.UI
	Version string
	Started time.Time // when the process started

	account *messaging.Account
	app     *app.App
	appURL  string
	url     string          // of the simulator
	log     strings.Builder // what the app printed
}

// ListenError reports that the app or the simulator could not listen.
type ListenError struct{ Err error }

// Error says what could not listen.
func (e *ListenError) Error() string { return e.Err.Error() }

// Unwrap returns the error of net.Listen, with its place.
func (e *ListenError) Unwrap() error { return e.Err }

// Run runs the demo. On a terminal the simulator then continues in real time until ctx ends, so
// that a person can text the app. The error is a [*ListenError] if the demo could not start. The
// clock is virtual for the story, which therefore takes no longer than the app does.
func (d *Demo) Run(ctx context.Context) error {
	stop, err := d.startApp()
	if err != nil {
		return err
	}
	defer stop()
	sim := &simulator.Server{
		Clock: clock.Virtual(clock.Wall()), ForwardTo: d.appURL, Version: d.Version,
	}
	d.account = sim.Account()
	d.app.AuthToken = d.account.Token
	ln, err := listenAnywhere()
	if err != nil {
		return err
	}
	h := &host.Host{Server: sim, Listener: ln}
	d.url = h.URL()
	h.Start()
	defer h.Stop()
	if err := d.story(ctx); err != nil || !d.UI.IsTerminal || d.UI.JSON {
		return err
	}
	return d.stay(ctx, h)
}

// startApp serves the built-in app on a free port of this machine.
func (d *Demo) startApp() (stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, &ListenError{fmt.Errorf("cannot start the demo's app: %w", err)}
	}
	d.appURL = "http://" + ln.Addr().String()
	d.app = &app.App{PublicURL: d.appURL, Log: &d.log}
	server := &http.Server{Handler: d.app, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(ln)
	return func() { server.Close() }, nil
}

// listenAnywhere takes the default port, or any free one if another program has it: the demo must
// not fail because of that.
func listenAnywhere() (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:2010")
	if err != nil {
		ln, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, &ListenError{fmt.Errorf("cannot listen: %w", err)}
	}
	return ln, nil
}

// stay continues in real time until ctx ends. Other commands find the simulator if the working
// directory can be written.
func (d *Demo) stay(ctx context.Context, h *host.Host) error {
	if remove, err := h.Announce(ctx, d.Started, ""); err == nil {
		defer remove()
	}
	d.account.Clock.SetRate(1)
	d.UI.Printf("\n  Running on %s, Ctrl-C to stop\n\n", d.url)
	log := display.NewLog(d.UI, d.account, false)
	log.Follow(ctx)
	log.Summary()
	return nil
}

// printNext says what to try, with the reason behind each command, or below it on a narrow
// terminal: a command that people copy is not broken into two lines.
func (d *Demo) printNext() {
	d.UI.Printf("\n")
	head, wide := "  Next        ", d.UI.Fits(len("  Next")+92)
	for _, row := range [][2]string{
		{"twilsim exec -- <your test command>", "its Twilio traffic comes here, unchanged"},
		{"twilsim serve --forward-to http://localhost:3000", "your app answers"},
		{"twilsim sms " + demoHandset + " " + simulator.DefaultPhoneNumber + " hello", "text it"},
	} {
		if wide {
			d.UI.Printf("%s%-48s     %s\n", head, row[0], row[1])
		} else {
			d.UI.Printf("%s%s\n                %s\n", head, row[0], row[1])
		}
		head = "              "
	}
}

// story runs the steps of the demo and prints each.
func (d *Demo) story(ctx context.Context) error {
	if d.UI.JSON {
		return d.storyJSON(ctx)
	}
	u := d.UI
	u.Printf("twilsim %s   no account, no network, nothing leaves this machine\n\n", d.Version)
	u.Printf("  1 start     simulator ready in %s on %s\n",
		display.StartTime(clock.Wall().Sub(d.Started)), d.url)
	u.Printf("  2 app       a small built-in app answers on %s\n", d.appURL)
	if err := d.conversation(ctx); err != nil {
		return err
	}
	if err := d.outbound(ctx); err != nil {
		return err
	}
	u.Printf("  5 why       +1 500 555 0103 is a magic number: the last two digits choose the " +
		"outcome\n")
	u.Printf("    app       %s\n", d.lastLines())
	d.printNext()
	return nil
}

// storyJSON runs the same steps and prints the journal.
func (d *Demo) storyJSON(ctx context.Context) error {
	log := display.NewLog(d.UI, d.account, true)
	if _, err := d.text(ctx); err != nil {
		return err
	}
	if _, err := d.send(ctx); err != nil {
		return err
	}
	log.Drain()
	return nil
}

// text lets a handset text the app, and advances the clock until nothing is scheduled.
func (d *Demo) text(ctx context.Context) (*messaging.Receipt, error) {
	receipt, err := d.account.Receive(ctx, messaging.Text{
		From: demoHandset, To: simulator.DefaultPhoneNumber, Body: "hi",
	})
	if err != nil {
		return nil, err
	}
	_, err = d.account.Clock.Run(ctx)
	return receipt, err
}

// send lets the app send a message over HTTP, as every app does, and advances the clock.
func (d *Demo) send(ctx context.Context) (*messaging.Message, error) {
	form := url.Values{
		"From": {simulator.DefaultPhoneNumber}, "To": {demoMagic}, "Body": {"code 123456"},
		"StatusCallback": {d.appURL + "/status"},
	}
	target := d.url + "/2010-04-01/Accounts/" + d.account.SID + "/Messages.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target,
		strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "twilsim-demo/"+d.Version)
	req.SetBasicAuth(d.account.SID, d.account.Token)
	// Requests to this machine must not use a proxy.
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var sent struct{ SID, Message string }
	err = json.NewDecoder(resp.Body).Decode(&sent)
	if err != nil || resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("the demo's message was refused: %s %s", resp.Status, sent.Message)
	}
	if _, err := d.account.Clock.Run(ctx); err != nil {
		return nil, err
	}
	m, ok := d.account.Message(sent.SID)
	if !ok {
		return nil, fmt.Errorf("the demo's message %s is not there", sent.SID)
	}
	return m, nil
}

// conversation prints one text, the reply and the reply's statuses.
func (d *Demo) conversation(ctx context.Context) error {
	receipt, err := d.text(ctx)
	if err != nil {
		return err
	}
	d.message("3 inbound", receipt.Message.Snapshot())
	for _, x := range receipt.Webhooks {
		d.called("webhook", x, "signature "+display.SignatureWord(x))
	}
	for _, alert := range receipt.Alerts {
		return fmt.Errorf("the demo's app did not answer: %s %s", alert.Code, alert.Text)
	}
	for _, reply := range receipt.Replies {
		d.message("reply", reply.Snapshot())
		d.fate(reply.Snapshot())
	}
	return nil
}

// outbound prints one message that the app sends, and its statuses.
func (d *Demo) outbound(ctx context.Context) error {
	m, err := d.send(ctx)
	if err != nil {
		return err
	}
	d.message("4 outbound", m.Snapshot())
	for _, thing := range d.account.Journal.Find(journal.Query{Kind: journal.Requests}) {
		if x := thing.(*journal.Exchange); x.SID == m.ID() {
			d.called("api", x, "with SID and token")
		}
	}
	d.fate(m.Snapshot())
	return nil
}

// message prints a message, with its ID at the end of the line.
func (d *Demo) message(label string, f messaging.Snapshot) {
	indent := "  "
	if label[0] < '0' || label[0] > '9' {
		indent = "    "
	}
	what := fmt.Sprintf("%s -> %s  %s", f.From, f.To, terminal.Quoted(f.Body))
	d.UI.Printf("%s%s%s  %s\n", terminal.Safe(indent), terminal.Pad(label, 14-len(indent)),
		terminal.Pad(what, 62), display.Short(f.SID))
}

// fate prints the statuses of a message, and the callbacks that the app received.
func (d *Demo) fate(f messaging.Snapshot) {
	statuses := make([]string, len(f.History))
	for i, change := range f.History {
		statuses[i] = string(change.Status)
	}
	why := ""
	if f.ErrorCode != 0 {
		why = fmt.Sprintf("%d %s", f.ErrorCode, f.ErrorMessage())
	}
	line := terminal.Pad(strings.Join(statuses, " -> "), 33) + " " + why
	d.UI.Printf("    status    %s\n", terminal.Safe(strings.TrimRight(line, " ")))
	query := journal.Query{Kind: journal.Webhooks}
	for _, thing := range d.account.Journal.Find(query) {
		if x := thing.(*journal.Exchange); x.SID == f.SID {
			d.called("callback", x, terminal.VirtualTime(x.At.Sub(f.Created)))
		}
	}
}

// called prints a call to the app.
func (d *Demo) called(label string, x *journal.Exchange, note string) {
	what := x.Method + " " + display.Path(x.URL)
	switch x.Purpose {
	case journal.API:
		what = display.APICall(x)
	case journal.Status:
		what = terminal.Pad(x.Params().Get("MessageStatus"), 12) + " " + what
	}
	d.UI.Printf("    %s%s %s  %3d ms   %s\n", terminal.Pad(label, 10), terminal.Pad(what, 33),
		d.UI.Paint(display.HTTPStyle(x.Status), display.HTTPCode(x.Status)),
		x.Duration.Round(time.Millisecond).Milliseconds(), note)
}

// lastLines are the last lines that the app printed: the status and its error code.
func (d *Demo) lastLines() terminal.Safe {
	lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
	lines = lines[max(0, len(lines)-2):]
	for i, l := range lines {
		lines[i] = terminal.Clean(l)
	}
	return terminal.Safe(strings.Join(lines, "\n              "))
}

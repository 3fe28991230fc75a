package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/app"
	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/display"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// The phone numbers of the demo.
const (
	demoHandset = "+12025550142"
	demoMagic   = "+15005550103" // the magic recipient that cannot be reached: 30003
)

func newDemo(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "show the whole flow in a moment, without any setup",
		Long: `Shows the whole flow with a small built-in app: a text comes in, the app replies, and the reply is delivered. Then the
app sends a message through Twilio's API that is not delivered, and receives the reason.

Time is virtual, so there is no waiting. On a terminal the simulator then keeps running in real time until Ctrl-C, so
that you can text the app yourself. Without a terminal the demo ends.`,
		Example: "twilsim demo",
		Args:    wantArgs(0, 0),
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.demo(cmd.Context()) },
	}
}

// demo is one run of the demo.
type demo struct {
	ui      *terminal.UI
	account *messaging.Account
	app     *app.App
	appURL  string
	url     string          // of the simulator
	log     strings.Builder // what the app printed
}

func (c *cli) demo(ctx context.Context) error {
	d := &demo{ui: c.ui}
	stop, err := d.startApp()
	if err != nil {
		return err
	}
	defer stop()
	sim := &simulator.Server{Clock: clock.Virtual(clock.Wall()), ForwardTo: d.appURL, Version: version}
	d.account = sim.Account()
	d.app.AuthToken = d.account.Token
	ln, err := listenAnywhere()
	if err != nil {
		return err
	}
	h := &host{c: c, sim: sim, ln: ln, options: serveOptions{seed: simulator.DefaultSeed, speed: "virtual"}}
	d.url = h.url()
	return h.runDemo(ctx, d)
}

// startApp serves the built-in app on a free port of this machine.
func (d *demo) startApp() (stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fail(exitCannotStart, "cannot start the demo's app: %v", err)
	}
	d.appURL = "http://" + ln.Addr().String()
	d.app = &app.App{PublicURL: d.appURL, Log: &d.log}
	server := &http.Server{Handler: d.app, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(ln)
	return func() { server.Close() }, nil
}

// listenAnywhere takes the default port, or any free one if another program has it: the demo must not
// fail because of that.
func listenAnywhere() (net.Listener, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:2010")
	if err != nil {
		ln, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fail(exitCannotStart, "cannot listen: %v", err)
	}
	return ln, nil
}

// runDemo serves the simulator during the demo, and longer on a terminal.
func (h *host) runDemo(ctx context.Context, d *demo) error {
	proxy := &intercept.Proxy{Handler: h.sim}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}
	h.sim.SetURL(h.url())
	go server.Serve(h.ln)
	defer h.stop(server, proxy)
	if err := d.story(ctx, h); err != nil || !d.ui.IsTerminal || d.ui.JSON {
		return err
	}
	return h.stay(ctx, d)
}

// stay continues in real time until ctx ends.
func (h *host) stay(ctx context.Context, d *demo) error {
	run := &runFile{URL: h.url(), PID: os.Getpid(), Started: h.c.started, Version: version, AccountSID: d.account.SID}
	if remove, err := run.write(); err == nil {
		defer remove()
	}
	d.account.Clock.SetRate(1)
	d.ui.Printf("\n  Running on %s, Ctrl-C to stop\n\n", h.url())
	log := display.NewLog(d.ui, d.account, false)
	log.Follow(ctx)
	log.Summary()
	return nil
}

// story runs the steps of the demo and prints each.
func (d *demo) story(ctx context.Context, h *host) error {
	if d.ui.JSON {
		return d.storyJSON(ctx)
	}
	u := d.ui
	u.Printf("twilsim %s   no account, no network, nothing leaves this machine\n\n", version)
	u.Printf("  1 start     simulator ready in %s on %s\n", startTime(clock.Wall().Sub(h.c.started)), h.url())
	u.Printf("  2 app       a small built-in app answers on %s\n", d.appURL)
	if err := d.conversation(ctx); err != nil {
		return err
	}
	if err := d.outbound(ctx); err != nil {
		return err
	}
	u.Printf("  5 why       +1 500 555 0103 is a magic number: the last two digits choose the outcome\n")
	u.Printf("    app       %s\n", d.lastLines())
	u.Printf("\n  Next        twilsim exec -- <your test command>                  its Twilio traffic comes here, unchanged\n")
	u.Printf("              twilsim serve --forward-to http://localhost:3000     your app answers\n")
	u.Printf("              twilsim sms %s %s hello          text it\n", demoHandset, simulator.DefaultPhoneNumber)
	return nil
}

// storyJSON runs the same steps and prints the journal.
func (d *demo) storyJSON(ctx context.Context) error {
	log := display.NewLog(d.ui, d.account, true)
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
func (d *demo) text(ctx context.Context) (*messaging.Receipt, error) {
	receipt, err := d.account.Receive(ctx, messaging.Text{From: demoHandset, To: simulator.DefaultPhoneNumber, Body: "hi"})
	if err != nil {
		return nil, err
	}
	_, err = d.account.Clock.Run(ctx)
	return receipt, err
}

// send lets the app send a message over HTTP, as every app does, and advances the clock.
func (d *demo) send(ctx context.Context) (*messaging.Message, error) {
	form := url.Values{
		"From": {simulator.DefaultPhoneNumber}, "To": {demoMagic}, "Body": {"code 123456"}, "StatusCallback": {d.appURL + "/status"},
	}
	target := d.url + "/2010-04-01/Accounts/" + d.account.SID + "/Messages.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", "twilsim-demo/"+version)
	req.SetBasicAuth(d.account.SID, d.account.Token)
	client := &http.Client{Transport: &http.Transport{}} // requests to this machine must not use a proxy
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var sent struct{ SID, Message string }
	if err := json.NewDecoder(resp.Body).Decode(&sent); err != nil || resp.StatusCode != http.StatusCreated {
		return nil, fail(exitNo, "the demo's message was refused: %s %s", resp.Status, sent.Message)
	}
	if _, err := d.account.Clock.Run(ctx); err != nil {
		return nil, err
	}
	m, ok := d.account.Message(sent.SID)
	if !ok {
		return nil, fail(exitNo, "the demo's message %s is not there", sent.SID)
	}
	return m, nil
}

// conversation prints one text, the reply and the reply's statuses.
func (d *demo) conversation(ctx context.Context) error {
	receipt, err := d.text(ctx)
	if err != nil {
		return err
	}
	d.message("3 inbound", receipt.Message.Snapshot())
	for _, x := range receipt.Webhooks {
		d.called("webhook", x, "signature "+display.SignatureWord(x))
	}
	for _, alert := range receipt.Alerts {
		return fail(exitNo, "the demo's app did not answer: %s %s", alert.Code, alert.Text)
	}
	for _, reply := range receipt.Replies {
		d.message("reply", reply.Snapshot())
		d.fate(reply.Snapshot())
	}
	return nil
}

// outbound prints one message that the app sends, and its statuses.
func (d *demo) outbound(ctx context.Context) error {
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
func (d *demo) message(label string, f messaging.Snapshot) {
	indent := "  "
	if label[0] < '0' || label[0] > '9' {
		indent = "    "
	}
	what := fmt.Sprintf("%s -> %s  %s", f.From, f.To, terminal.Quoted(f.Body))
	d.ui.Printf("%s%s%s  %s\n", terminal.Safe(indent), terminal.Pad(label, 14-len(indent)), terminal.Pad(what, 62), display.Short(f.SID))
}

// fate prints the statuses of a message, and the callbacks that the app received.
func (d *demo) fate(f messaging.Snapshot) {
	statuses := make([]string, len(f.History))
	for i, change := range f.History {
		statuses[i] = string(change.Status)
	}
	why := ""
	if f.ErrorCode != 0 {
		why = fmt.Sprintf("%d %s", f.ErrorCode, f.ErrorMessage())
	}
	d.ui.Printf("    status    %s\n", terminal.Safe(strings.TrimRight(terminal.Pad(strings.Join(statuses, " -> "), 33)+" "+why, " ")))
	query := journal.Query{Kind: journal.Webhooks}
	for _, thing := range d.account.Journal.Find(query) {
		if x := thing.(*journal.Exchange); x.SID == f.SID {
			d.called("callback", x, terminal.VirtualTime(x.At.Sub(f.Created)))
		}
	}
}

// called prints a call to the app.
func (d *demo) called(label string, x *journal.Exchange, note string) {
	what := x.Method + " " + display.Path(x.URL)
	switch x.Purpose {
	case journal.API:
		what = display.APICall(x)
	case journal.Status:
		what = terminal.Pad(x.Params().Get("MessageStatus"), 12) + " " + what
	}
	d.ui.Printf("    %s%s %s  %3d ms   %s\n", terminal.Pad(label, 10), terminal.Pad(what, 33), d.ui.Paint(display.HTTPStyle(x.Status), display.HTTPCode(x.Status)),
		x.Duration.Round(time.Millisecond).Milliseconds(), note)
}

// lastLines are the last lines that the app printed: the status and its error code.
func (d *demo) lastLines() terminal.Safe {
	lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
	lines = lines[max(0, len(lines)-2):]
	for i, l := range lines {
		lines[i] = terminal.Clean(l)
	}
	return terminal.Safe(strings.Join(lines, "\n              "))
}

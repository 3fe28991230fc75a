package explore

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/signature"
	simscript "twilsim/testscript"
)

// TestSpeed prints how many runs a second there are, with -v, and checks that nothing is left out.
func TestSpeed(t *testing.T) {
	x := simscript.Exploration{Options: simscript.Options{Handler: handler(courier, false)}}
	s := write(t, "speed", courierStory)
	if !long() && !testing.Verbose() {
		s = write(t, "speed", orderStory)
	}
	started := time.Now()
	report, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(started)
	t.Logf("%d singles, %d pairs, %d run, %d equal, %d masked, %d played, %.0f runs/s",
		report.Singles, report.Pairs, report.Run, report.Equal, report.Masked, report.Played,
		float64(report.Played)/took.Seconds())
	if report.Run+report.Equal+report.Masked != report.Singles+report.Pairs+report.ShowedUp {
		t.Errorf("run %d + equal %d + masked %d, want %d singles + %d pairs", report.Run, report.Equal,
			report.Masked, report.Singles, report.Pairs)
	}
}

const keptStory = `
# a reply is delivered
app
sms +12025550142 +12025550100 hello
expect message to=+12025550142 direction=outbound-reply status=delivered
expect webhook purpose=status count=2
`

// TestSpeedKept prints how many runs a second there are with Express kept alive, with -v, and
// beside it how many a bare client makes: it sends the webhooks of as many runs to as many copies.
// Both start the copies.
func TestSpeedKept(t *testing.T) {
	if !long() && !testing.Verbose() {
		t.Skip("set " + longVar + ", or -v")
	}
	needs(t, "node")
	x := simscript.Exploration{Depth: 3, Budget: 600, Options: simscript.Options{
		App: []string{"node", "../apps/express/server.js"}, AppShared: true}}
	s := write(t, "kept", keptStory)
	started := time.Now()
	report, err := x.Search(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(started)
	bare := runBare(t, report.Played, min(2*runtime.GOMAXPROCS(0), 8))
	rate := func(took time.Duration) float64 { return float64(report.Played) / took.Seconds() }
	t.Logf("%d schedules, %d runs, %.0f runs/s; a bare client %.0f, %.2f times as many",
		report.Run+report.Equal, report.Played, rate(took), rate(bare), rate(bare)/rate(took))
	if len(report.Findings) > 0 || report.Run+report.Equal != x.Budget {
		t.Errorf("%d findings, %d run, %d equal", len(report.Findings), report.Run, report.Equal)
	}
}

// runBare starts copies of the Express app and sends the webhooks of the story to them as often as
// there are runs. It returns how long all that took.
func runBare(t *testing.T, runs, copies int) time.Duration {
	started := time.Now()
	var group sync.WaitGroup
	for range copies {
		group.Go(func() {
			if err := sendBare(t.Context(), runs/copies); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	return time.Since(started)
}

// sendBare starts the Express app and sends it the webhooks of runs.
func sendBare(ctx context.Context, runs int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	_ = listener.Close() // for the app
	app := exec.CommandContext(ctx, "node", "../apps/express/server.js")
	app.Env = append(os.Environ(), "PORT="+port, "TWILIO_AUTH_TOKEN="+bareToken,
		"PUBLIC_URL="+barePublic)
	output, err := app.StderrPipe()
	if err != nil {
		return err
	}
	if err := app.Start(); err != nil {
		return err
	}
	defer app.Wait()
	defer app.Process.Kill()
	if _, err := output.Read(make([]byte, 1)); err != nil { // it says where it listens
		return err
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range runs {
		for _, path := range []string{"/sms", "/status", "/status"} {
			if err := sendWebhook(ctx, client, address, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// The account's token and the app's URL of the bare client.
const bareToken, barePublic = "00000000000000000000000000000000", "http://app.example"

func sendWebhook(ctx context.Context, client *http.Client, address, path string) error {
	form := url.Values{"MessageSid": {"SM1"}, "From": {"+12025550142"}, "Body": {"hello"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+path,
		strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", signature.Sign(bareToken, barePublic+path, form))
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err = io.Copy(io.Discard, resp.Body); err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(resp.Status)
	}
	return err
}

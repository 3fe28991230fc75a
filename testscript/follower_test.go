package testscript

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStream(t *testing.T) {
	var out strings.Builder
	got := run(t, &Runner{Verbose: 1, Stream: &out}, `# the app runs
app
[windows] exec false

# a handset texts
sms +12025550142 +12025550100 hi
expect message direction=outbound-reply as=REPLY
http GET /
exec sh -c 'echo $TWILIO_AUTH_TOKEN'
clock run
`)
	if got.Outcome != Passed {
		t.Fatalf("%+v", got)
	}
	text := regexp.MustCompile(`\S*/scenario\.txtar`).ReplaceAllString(out.String(), "FILE")
	text = regexp.MustCompile(`127\.0\.0\.1:\d+ after \d+ms`).
		ReplaceAllString(text, "127.0.0.1:PORT after Nms")
	text = regexp.MustCompile(`(SM|AC)[0-9a-f]{32}`).ReplaceAllString(text, "$1")
	want := `=== RUN   a/scenario   account AC   seed 1   clock virtual
    # the app runs                                                    FILE:1
    > app
      ready on http://127.0.0.1:PORT after Nms
    # a handset texts                                                 FILE:5
    > sms +12025550142 +12025550100 hi
      SM  +12025550142 -> +12025550100  "hi"  received
        webhook  W1  POST /sms  200  text/xml; charset=utf-8
        reply    SM  +12025550100 -> +12025550142  "You said: hi"
    > expect message direction=outbound-reply as=REPLY
      SM  outbound-reply +12025550100 -> +12025550142 queued "You said: hi"
    > http GET /
      200 OK   2 B
    > exec sh -c 'echo $TWILIO_AUTH_TOKEN'
      [masked]
    > clock run
      v+0.5s     REPLY  sent
      v+0.5s     REPLY  webhook POST /status sent 200
      v+1.0s     REPLY  delivered
      v+1.0s     REPLY  webhook POST /status delivered 200
`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("stream (-want +got):\n%s", diff)
	}
	if strings.Contains(got.Log, "twilsim-") {
		t.Errorf("marks in the log: %s", got.Log)
	}
}

// TestStreamInOrder wants scenarios that run at the same time to be told of one after the other.
func TestStreamInOrder(t *testing.T) {
	var scenarios []Scenario
	var want []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		scenarios = append(
			scenarios,
			Scenario{Name: name, File: write(t, "exec true\nexec true\n")},
		)
		want = append(want, "=== RUN   "+name, "    > exec true", "    > exec true", "result "+name)
	}
	var out strings.Builder
	r := &Runner{Verbose: 1, Stream: &out, Parallel: 3}
	_, err := r.Do(
		t.Context(),
		scenarios,
		func(result Result) { out.WriteString("result " + result.Name + "\n") },
	)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		line, _, _ = strings.Cut(strings.TrimSuffix(line, "\n"), "   account")
		got = append(got, line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLeaveWaitsForTheApp(t *testing.T) {
	w, err := newWorld(t.Context(), Options{}, "left", &common{}, time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	var ended atomic.Bool
	w.app = &process{stop: func() { // it does not want to end
		await(nil, quiet)
		ended.Store(true)
	}}
	s, err := readScript(write(t, "# it hangs\nexec sleep 60"))
	if err != nil {
		t.Fatal(err)
	}
	f := &follower{script: s, world: w, ran: []int{2}}
	want := []step{{line: 2, text: "exec sleep 60"}}
	if got := f.leave(); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !ended.Load() {
		t.Error("the app runs on")
	}
}

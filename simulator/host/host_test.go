package host

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/config"
	"twilsim/simulator/messaging"
)

// start serves a simulator until the test ends, in a directory of its own.
func start(t *testing.T, h *Host) *Host {
	t.Helper()
	t.Chdir(t.TempDir())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.Listener = ln
	if h.Server == nil {
		h.Server = &simulator.Server{Version: "9.9.9"}
	}
	h.Start()
	return h
}

func TestRunFile(t *testing.T) {
	h := start(t, &Host{Server: &simulator.Server{AccessToken: "secret"}})
	defer h.Stop()
	if found := FindRunning(t.Context()); found.Run != nil && found.Run.URL == h.URL() {
		t.Fatalf("before: got %+v", found)
	}
	remove, err := h.Announce(t.Context(), time.Now(), "ready")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile("ready"); err != nil || string(text) != h.URL()+"\n" {
		t.Errorf("ready file: got %q, %v", text, err)
	}
	if err := os.Mkdir("below", 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir("below")
	found := FindRunning(t.Context())
	run := found.Run
	if run == nil || found.Here || found.Dead || run.URL != h.URL() || run.AccessToken != "secret" ||
		run.PID != os.Getpid() {
		t.Fatalf("below: got %+v, %+v", found, run)
	}
	t.Chdir("..")
	if who, simulated := WhoListens(t.Context(), h.URL()); !simulated ||
		!strings.Contains(who, "pid") {
		t.Errorf("who listens: got %q, %v", who, simulated)
	}
	remove()
	for _, name := range []string{RunFileName, "ready"} {
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
}

// TestStaleRunFile has the run file of a server that was killed.
func TestStaleRunFile(t *testing.T) {
	h := start(t, &Host{})
	if _, err := h.Announce(t.Context(), time.Now(), ""); err != nil {
		t.Fatal(err)
	}
	h.Stop()
	if found := FindRunning(t.Context()); found.Run == nil || !found.Dead || !found.Here {
		t.Errorf("got %+v", found)
	}
}

// TestOtherAtURL has the run file of a server that was killed, and another one that has its port
// now.
func TestOtherAtURL(t *testing.T) {
	h := start(t, &Host{})
	defer h.Stop()
	if _, _, err := (&RunFile{URL: h.URL(), PID: os.Getpid() + 1}).Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := FindRunning(t.Context()); !found.Dead {
		t.Errorf("got %+v", found)
	}
	remove, err := h.Announce(t.Context(), time.Now(), "") // it replaces the file
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	if found := FindRunning(t.Context()); found.Dead || found.Run.PID != os.Getpid() {
		t.Errorf("after the next serve: got %+v", found)
	}
}

// TestSecondServe has two servers in one directory: commands find the first, and each removes its
// own file.
func TestSecondServe(t *testing.T) {
	first := start(t, &Host{})
	defer first.Stop()
	removeFirst, err := first.Announce(t.Context(), time.Now(), "")
	if err != nil {
		t.Fatal(err)
	}
	second := &RunFile{URL: "http://127.0.0.1:1", PID: 7}
	removeSecond, other, err := second.Write(t.Context())
	if err != nil || other == nil || other.URL != first.URL() {
		t.Fatalf("the second: other %+v, %v", other, err)
	}
	if found := FindRunning(t.Context()); found.Run == nil || found.Run.URL != first.URL() {
		t.Errorf("got %+v", found)
	}
	removeFirst()
	if own, err := readRunFile(".twilsim/run-7.json"); err != nil || own.PID != 7 {
		t.Errorf("the file of the second: %+v, %v", own, err)
	}
	removeSecond()
	if _, err := os.Stat(".twilsim"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}

// TestRemoveOther checks that a server leaves the run file of another one alone.
func TestRemoveOther(t *testing.T) {
	t.Chdir(t.TempDir())
	remove, _, err := (&RunFile{URL: "http://127.0.0.1:1", PID: 1}).Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := (&RunFile{URL: "http://127.0.0.1:2", PID: 2}).Write(t.Context()); err != nil {
		t.Fatal(err)
	}
	remove()
	if run, err := readRunFile(RunFileName); err != nil || run.PID != 2 {
		t.Errorf("got %+v, %v", run, err)
	}
}

func TestAnnounceUnwritable(t *testing.T) {
	h := start(t, &Host{})
	defer h.Stop()
	if _, err := h.Announce(t.Context(), time.Now(), "missing/ready"); err == nil {
		t.Error("no error about the ready file")
	}
	if _, err := os.Stat(RunFileName); err == nil {
		t.Error("the run file is left")
	}
}

// TestStopWithHangingApp checks that an app that never answers does not block the end.
func TestStopWithHangingApp(t *testing.T) {
	called, release := make(chan bool), make(chan bool)
	app := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		called <- true
		<-release
	}))
	defer app.Close()
	defer close(release)
	h := start(t, &Host{Server: &simulator.Server{ForwardTo: app.URL}})
	received := make(chan error, 1)
	go func() {
		_, err := h.Server.Account().Receive(t.Context(), messaging.Text{
			From: "+12025550142", To: simulator.DefaultPhoneNumber, Body: "hi",
		})
		received <- err
	}()
	<-called
	h.Stop() // the test's own deadline is what fails it
}

// TestStopWithRequest checks that a supervisor sees that the simulator stops while a request is in
// flight, that no other request begins, and that the one in flight is answered.
func TestStopWithRequest(t *testing.T) {
	called, release := make(chan bool), make(chan bool)
	h := start(t, &Host{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				called <- true
				<-release
				return
			}
			next.ServeHTTP(w, r)
		})
	}})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	status := func(path string) int {
		t.Helper()
		resp, err := client.Get(h.URL() + path)
		if err != nil {
			t.Errorf("GET %s: %v", path, err)
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	slow := make(chan int, 1)
	go func() { slow <- status("/slow") }()
	<-called
	if got := status("/readyz"); got != http.StatusOK {
		t.Errorf("before: /readyz answers %d", got)
	}
	answered := h.drain()
	for path, want := range map[string]int{"/readyz": 503, "/livez": 200, "/sim/v1": 503} {
		if got := status(path); got != want {
			t.Errorf("while it stops: %s answers %d, want %d", path, got, want)
		}
	}
	select {
	case <-answered:
		t.Error("it does not wait for the request in flight")
	default:
	}
	close(release)
	<-answered
	if got := <-slow; got != http.StatusOK {
		t.Errorf("the request in flight is answered with %d", got)
	}
	h.close(t.Context())
	if _, err := client.Get(h.URL() + "/livez"); err == nil {
		t.Error("it accepts connections after the end")
	}
}

func TestToken(t *testing.T) {
	for _, tt := range []struct {
		listen, given string
		required      bool
		want          string
		refused       bool
	}{
		{listen: "127.0.0.1"}, {listen: "localhost"}, {listen: "::1"},
		{listen: "127.0.0.1", given: "t"}, // a token for another server
		{listen: "127.0.0.1", given: "t", required: true, want: "t"},
		{listen: "0.0.0.0", refused: true}, {listen: "", refused: true}, {listen: "host", refused: true},
		{listen: "0.0.0.0", given: "t", required: true, want: "t"},
	} {
		got, err := Setup{}.Token(tt.listen, tt.given, tt.required)
		var usage *config.Error
		if got != tt.want || errors.As(err, &usage) != tt.refused {
			t.Errorf("%+v: got %q, %v", tt, got, err)
		}
	}
	a, _ := Setup{}.Token("0.0.0.0", "", true)
	b, _ := Setup{}.Token("0.0.0.0", "", true)
	if a == "" || a == b {
		t.Errorf("new tokens: got %q and %q", a, b)
	}
	if _, err := (Setup{AnyAccount: true}).Token("127.0.0.1", "t", true); err == nil {
		t.Error("a token is useless if any credentials are accepted")
	}
}

func TestSetup(t *testing.T) {
	good := Setup{Number: "+12025550100", Speed: "virtual", ForwardTo: "http://localhost:3000/sms/"}
	sim, err := good.Server()
	if err != nil || sim.ForwardTo != "http://localhost:3000" {
		t.Fatalf("got %+v, %v", sim, err)
	}
	for name, change := range map[string]func(*Setup){
		"speed":    func(s *Setup) { s.Speed = "slow" },
		"number":   func(s *Setup) { s.Number = "12" },
		"route":    func(s *Setup) { s.Forward = []string{"x"} },
		"quirk":    func(s *Setup) { s.Quirks = []string{"x=y"} },
		"fallback": func(s *Setup) { s.ForwardTo, s.FallbackURL = "", "/fallback" },
	} {
		bad := good
		change(&bad)
		if _, err := bad.Server(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWithoutBrackets(t *testing.T) {
	for listen, want := range map[string]string{
		"[::1]": "::1", "::1": "::1", "127.0.0.1": "127.0.0.1", "[::1": "[::1",
		"[::1]:2010": "[::1]:2010", "": "",
	} {
		if got := WithoutBrackets(listen); got != want {
			t.Errorf("%q: got %q, want %q", listen, got, want)
		}
	}
}

package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/messaging"
	"twilsim/simulator/rest"
)

// Options describe a session.
type Options struct {
	// Server is the session's own simulator, which Close closes. Nil joins the one at URL.
	Server *simulator.Server
	// URL and AccessToken are those of the running simulator to join; unused with a Server.
	URL, AccessToken string
	// Client makes the client of the simulator's control API. It must be set.
	Client func(url, accessToken string) *control.Client

	CA    *intercept.CA
	Trust *intercept.Trust // the files by which programs trust CA

	Offline    bool     // refuse requests to hosts outside this machine
	AllowHosts []string // except to these

	// KeepCredentials leaves TWILIO_ variables that are already set as they are.
	KeepCredentials bool
	// TestCredentials gives the program the simulator's test credentials, and the sender that they
	// may use as TWILIO_PHONE_NUMBER.
	TestCredentials bool
	// Getenv returns the present environment; nil is [os.Getenv].
	Getenv func(string) string
	// Timeout limits each conversation with the control API; 0 is 30 seconds.
	Timeout time.Duration
}

// grace is how long Close waits for an app that does not answer.
const grace = time.Second

// Session is a proxy in front of a simulator, for one program. Create one with [Start]. Its methods
// are for one goroutine, except for Handler and Direct.
type Session struct {
	// may be changed until Run
	Env  Environment
	Seed uint64 // of the simulator
	URL  string // of the simulator

	options Options
	after   int64 // the last event before the program started; 0 with a simulator of its own
	proxy   *intercept.Proxy
	server  *http.Server
	direct  atomic.Int64 // API requests that named the simulator's own address
	key     string       // SID of the API key made for the program; "" for none
	// directory of the file in which programs note what they could not resolve; "" for none
	temp string
}

// ListenError reports that the session's proxy could not listen.
type ListenError struct{ Err error }

func (e *ListenError) Error() string { return "cannot listen: " + e.Err.Error() }

// Unwrap returns the error of [net.Listen].
func (e *ListenError) Unwrap() error { return e.Err }

// Start starts the proxy and asks the simulator for its account. Errors are a [*ListenError] or
// those of [control.Client].
func Start(ctx context.Context, o Options) (*Session, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, &ListenError{err}
	}
	s := &Session{options: o, URL: o.URL}
	handler, err := s.handler(ln)
	if err != nil {
		ln.Close()
		return nil, err
	}
	s.proxy = &intercept.Proxy{Handler: handler, CA: o.CA, Offline: o.Offline,
		AllowHosts: o.AllowHosts}
	s.server = &http.Server{
		Handler: s.proxy, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	go s.server.Serve(ln)
	s.Env = Environment{
		Environment: intercept.Environment{Proxy: ln.Addr().String(), Trust: o.Trust,
			Getenv: o.Getenv},

		KeepCredentials: o.KeepCredentials,
	}
	if err := s.askSimulator(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// handler returns what answers requests to Twilio.
func (s *Session) handler(ln net.Listener) (http.Handler, error) {
	if s.options.Server != nil {
		// The server keeps Twilio's URL for its links to media: the program fetches them from
		// there, as in production, and the proxy brings it here.
		s.URL = "http://" + ln.Addr().String()
		return http.HandlerFunc(s.serve), nil
	}
	target, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{
		// The Host header stays as it is: by it the simulator knows the product of Twilio.
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		// Compressed bodies pass unchanged, because SDKs ask for compression themselves (F-487).
		Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
	}, nil
}

// serve counts the requests that name the simulator rather than Twilio.
func (s *Session) serve(w http.ResponseWriter, r *http.Request) {
	if !rest.IsTwilio(r.Host) && !strings.HasPrefix(r.URL.Path, control.Prefix) {
		s.direct.Add(1)
	}
	s.options.Server.ServeHTTP(w, r)
}

func (s *Session) client() *control.Client {
	token := ""
	if s.options.Server == nil {
		token = s.options.AccessToken
	}
	return s.options.Client(s.URL, token)
}

// askSimulator asks the simulator for what the program must know. It goes through the control API
// also with a simulator of its own, so that both kinds of sessions behave alike.
func (s *Session) askSimulator(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	client := s.client()
	server, err := client.Server(ctx)
	if err != nil {
		return err
	}
	s.Seed = server.Seed
	if s.options.Server == nil {
		s.after = server.LastEvent
	}
	credentials, err := client.Credentials(ctx)
	if err != nil {
		return err
	}
	if s.options.TestCredentials {
		if credentials, err = testCredentials(ctx, client); err != nil {
			return err
		}
	}
	s.Env.Simulator = Variables(s.URL, client.Token, credentials)
	return s.replaceKey(ctx, client)
}

// testCredentials returns the simulator's test credentials with the only number that they can send
// from (F-456).
func testCredentials(ctx context.Context, client *control.Client) (*control.Credentials, error) {
	accounts, err := client.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts.Accounts {
		if a.Kind != control.TestAccount {
			continue
		}
		credentials, err := client.For(a.SID).Credentials(ctx)
		if err != nil {
			return nil, err
		}
		credentials.PhoneNumbers = []string{messaging.MagicSender}
		return credentials, nil
	}
	return nil, errors.New("the simulator has no test credentials")
}

// replaceKey makes an API key where the program would have one of its own: Twilio accepts a key
// wherever it accepts the token, so the program's own key must not get out either.
func (s *Session) replaceKey(ctx context.Context, client *control.Client) error {
	getenv := s.options.Getenv
	if s.options.KeepCredentials || getenv("TWILIO_API_KEY")+getenv("TWILIO_API_SECRET") == "" {
		return nil
	}
	if s.options.TestCredentials { // they have no keys
		s.Env.Simulator = append(s.Env.Simulator,
			Variable{"TWILIO_API_KEY", ""}, Variable{"TWILIO_API_SECRET", ""})
		return nil
	}
	key, err := client.AddKey(ctx, "twilsim exec")
	if err != nil {
		return err
	}
	s.key = key.SID
	s.Env.Simulator = append(s.Env.Simulator,
		Variable{"TWILIO_API_KEY", key.SID}, Variable{"TWILIO_API_SECRET", key.Secret})
	return nil
}

// Close stops the proxy and the session's own simulator. From a simulator that was joined it
// removes the API key made for the program. It must be called once, also after an error of Run.
func (s *Session) Close() {
	if s.options.Server == nil && s.key != "" {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		_, _ = s.client().RemoveKey(ctx, s.key) // the simulator may have stopped in the meantime
	}
	s.server.Close()
	s.proxy.Close()
	if s.temp != "" {
		os.RemoveAll(s.temp)
	}
	if s.options.Server == nil {
		return
	}
	closed := make(chan struct{})
	go func() { s.options.Server.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(grace): // an app that does not answer must not block the exit
	}
}

// ExecError reports that a program could not be started.
type ExecError struct {
	Name string // as it was given
	Err  error
}

func (e *ExecError) Error() string {
	return fmt.Sprintf("%s cannot be executed: %v", e.Name,
		e.Err)
}

// Unwrap returns the error of the operating system.
func (e *ExecError) Unwrap() error { return e.Err }

// LookPath returns the file of a program. Its error is an [*ExecError]; [exec.ErrNotFound] or
// [io/fs.ErrNotExist] inside it means that there is no such file.
func LookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", &ExecError{name, err}
	}
	return path, nil
}

// Run runs the program at path to its end and returns its exit code: 128 and the signal's number
// when a signal ended it. args[0] is the program's own name for itself. Signals that this process
// gets are passed on. The error is an [*ExecError] when the program could not be started. It can be
// called once.
func (s *Session) Run(path string, args []string, stdin io.Reader, stdout, stderr io.Writer) (int,
	error) {
	cmd := exec.Command(path, args[1:]...)
	cmd.Args[0] = args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	if temp, err := os.MkdirTemp("", "twilsim-"); err == nil { // otherwise nothing is noted
		s.temp, s.Env.Unresolved = temp, filepath.Join(temp, "unresolved")
	}
	cmd.Env = os.Environ()
	for _, setting := range s.Env.Settings() {
		cmd.Env = append(cmd.Env, setting.Name+"="+setting.Value)
	}
	// before Start, so that no signal ends this process and leaves the program behind
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded()...)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, &ExecError{args[0], err}
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case got := <-signals:
			if !sentByTerminal(got) { // otherwise the program has received it already
				_ = cmd.Process.Signal(got) // it may have ended just now
			}
		case err := <-done:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) && cmd.ProcessState == nil {
				return 0, &ExecError{args[0], err}
			}
			return exitCode(cmd.ProcessState), nil
		}
	}
}

// Handler returns the handler that answers requests to Twilio, for other proxies in front of it.
func (s *Session) Handler() http.Handler { return s.proxy.Handler }

// Direct returns how many API requests have named the simulator's own address rather than Twilio's.
func (s *Session) Direct() int { return int(s.direct.Load()) }

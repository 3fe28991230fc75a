package fleet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	sender   = "+12025550100"
	customer = "+12025550142"
	token    = "0123456789abcdef0123456789abcdef"
)

// TestFleet sends messages of forty accounts through nginx to two simulators, kills one of them
// meanwhile and starts it again, and checks that each account is on one simulator only, with every
// message that was acknowledged.
func TestFleet(t *testing.T) {
	f := startFleet(t)
	accounts := make([]string, 40)
	var wait sync.WaitGroup
	for i := range accounts {
		accounts[i] = fmt.Sprintf("AC%032x", i+0x1000)
		wait.Go(func() {
			f.open(t, accounts[i])
			for n := range 5 {
				if status := f.create(f.url, accounts[i], fmt.Sprint("message ", n)); status != 201 {
					t.Errorf("message %d of %s: status %d", n, accounts[i], status)
				}
			}
		})
	}
	wait.Wait()

	var homes []int // of the accounts, by simulator
	for _, account := range accounts {
		if got := len(f.bodies(t, f.url, account)); got != 5 {
			t.Errorf("%s has %d messages through nginx, want 5", account, got)
		}
		homes = append(homes, f.home(t, account))
	}
	for i := range f.simulators {
		if n := len(accounts) - countOf(homes, 1-i); n == 0 || n == len(accounts) {
			t.Errorf("simulator %d has %d of %d accounts", i, n, len(accounts))
		}
	}
	f.kill(t, accounts, homes)
}

func countOf(list []int, value int) (n int) {
	for _, v := range list {
		if v == value {
			n++
		}
	}
	return n
}

// load is what the accounts send while a simulator is killed.
type load struct {
	mu      sync.Mutex
	sent    map[string][]string // by account, the bodies that were acknowledged
	refused map[string]int
	total   int
	begun   chan struct{} // closed when many messages were acknowledged
	enough  chan string   // accounts that were refused
}

// manySent is how many messages are acknowledged before the simulator is killed.
const manySent = 200

// count takes the answer to a message.
func (l *load) count(t *testing.T, account, body string, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch status {
	case http.StatusCreated:
		l.sent[account] = append(l.sent[account], body)
		if l.total++; l.total == manySent {
			close(l.begun)
		}
	case http.StatusBadGateway:
		if l.refused[account]++; l.refused[account] == 1 {
			l.enough <- account
		}
	default:
		t.Errorf("status %d", status)
	}
}

// kill ends the first simulator while all accounts send, and starts it again with the same file.
func (f *fleet) kill(t *testing.T, accounts []string, homes []int) {
	t.Helper()
	l := &load{sent: map[string][]string{}, refused: map[string]int{}, begun: make(chan struct{}),
		enough: make(chan string, len(accounts))}
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for _, account := range accounts {
		wait.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				body := fmt.Sprint("under load ", n)
				l.count(t, account, body, f.create(f.url, account, body))
			}
		})
	}
	<-l.begun
	_ = f.simulators[0].Process.Kill()
	_ = f.simulators[0].Wait()
	for range countOf(homes, 0) {
		select {
		case <-l.enough:
		case <-time.After(30 * time.Second):
			t.Error("requests for the killed simulator are not refused")
		}
	}
	close(stop)
	wait.Wait()
	f.start(t, 0)
	for i, account := range accounts {
		if homes[i] == 1 && l.refused[account] > 0 {
			t.Errorf("%s of the other simulator was refused", account)
		}
		f.check(t, account, l.sent[account])
	}
	i := slices.Index(homes, 0)
	if status := f.create(f.url, accounts[i], "again"); status != http.StatusCreated {
		t.Errorf("status %d after the restart", status)
	}
	if got := f.bodies(t, f.ports[0].url(), accounts[i]); !slices.Contains(got, "again") {
		t.Errorf("the message after the restart is not where its account was: %q", got)
	}
}

// check checks that an account has every message that was acknowledged, once. It may have one more,
// whose acknowledgement did not arrive.
func (f *fleet) check(t *testing.T, account string, sent []string) {
	t.Helper()
	got := map[string]int{}
	list := f.bodies(t, f.url, account)
	for _, body := range list {
		got[body]++
	}
	for _, body := range sent {
		if got[body] != 1 {
			t.Errorf("%s has message %q %d times, want once", account, body, got[body])
		}
	}
	if extra := len(list) - 5 - len(sent); extra < 0 || extra > 1 {
		t.Errorf("%s has %d messages, want %d or one more", account, len(list), 5+len(sent))
	}
}

// BenchmarkFleet reports how many messages are created a second through nginx: with all accounts on
// one simulator, and with two simulators. On two cores, which nginx and the clients need too, there
// is little to gain.
func BenchmarkFleet(b *testing.B) {
	f := startFleet(b)
	byHome := [2][]string{}
	for i := 0; len(byHome[0]) < 10 || len(byHome[1]) < 10; i++ {
		account := fmt.Sprintf("AC%032x", i+0x1000)
		f.open(b, account)
		home := f.home(b, account)
		byHome[home] = append(byHome[home], account)
	}
	for name, accounts := range map[string][]string{"one": byHome[0][:10],
		"two": append(slices.Clone(byHome[0][:5]), byHome[1][:5]...)} {
		b.Run(name, func(b *testing.B) {
			var wait sync.WaitGroup
			for i, account := range accounts {
				wait.Go(func() {
					for n := i; n < b.N; n += len(accounts) {
						if status := f.create(f.url, account, "hi"); status != http.StatusCreated {
							b.Errorf("status %d", status)
						}
					}
				})
			}
			wait.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
		})
	}
}

// port is one on loopback.
type port int

func (p port) url() string { return fmt.Sprintf("http://127.0.0.1:%d", p) }

// fleet is two simulators behind nginx.
type fleet struct {
	binary     string
	dir        string // of the simulators' data
	url        string // nginx
	ports      [2]port
	simulators [2]*exec.Cmd
	client     *http.Client
}

// startFleet starts everything. It skips the test without nginx.
func startFleet(t testing.TB) *fleet {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("TWILSIM_REQUIRE"), ","), "nginx") {
			t.Fatalf("TWILSIM_REQUIRE has nginx: %v", err)
		}
		t.Skip("there is no nginx here")
	}
	dir := t.TempDir()
	f := &fleet{dir: dir, binary: filepath.Join(dir, "twilsim"), client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 40}}}
	t.Cleanup(f.client.CloseIdleConnections)
	out, err := exec.Command("go", "build", "-o", f.binary, "twilsim/simulator/cmd/twilsim").
		CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	front := freePort(t)
	for i := range f.ports {
		f.ports[i] = freePort(t)
		f.start(t, i)
	}
	f.url = front.url()
	f.startNginx(t, nginx, dir, front)
	return f
}

// freePort returns a port on which nothing listens. nginx cannot listen on a port of the system's
// choice and say which.
func freePort(t testing.TB) port {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return port(ln.Addr().(*net.TCPAddr).Port)
}

// start starts a simulator and waits until it is ready.
func (f *fleet) start(t testing.TB, i int) {
	cmd := exec.Command(f.binary, "serve", "--any-account", "--port", fmt.Sprint(int(f.ports[i])),
		"--data", filepath.Join(f.dir, fmt.Sprintf("fleet%d.db", i)))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+cmd.Dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	f.simulators[i] = cmd
}

// startNginx starts nginx with nginx.conf, except for the ports, and waits until it answers.
func (f *fleet) startNginx(t testing.TB, nginx, dir string, front port) {
	text, err := os.ReadFile("nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	config := string(text)
	pairs := []string{}
	for from, to := range map[string]port{"2010": front, "2011": f.ports[0], "2012": f.ports[1]} {
		if strings.Count(config, "127.0.0.1:"+from) != 1 {
			t.Fatalf("nginx.conf does not name port %s once", from)
		}
		pairs = append(pairs, "127.0.0.1:"+from, fmt.Sprintf("127.0.0.1:%d", to))
	}
	config = strings.NewReplacer(pairs...).Replace(config)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", file, "-g", "daemon off;")
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // ends the workers too
		<-ended
		if t.Failed() {
			t.Logf("nginx: %s", log.String())
		}
	})
	for {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", front))
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("nginx has ended: %s", log.String())
		case <-time.After(time.Millisecond):
		}
	}
}

// open uses an account for the first time, and gives it a number, both through nginx.
func (f *fleet) open(t testing.TB, account string) {
	for _, r := range []struct{ method, path, body string }{
		{http.MethodGet, "/2010-04-01/Accounts/" + account + ".json", ""},
		{http.MethodPut, "/sim/v1/accounts/" + account + "/numbers/" + sender, "{}"},
	} {
		request, err := http.NewRequest(r.method, f.url+r.path, strings.NewReader(r.body))
		if err != nil {
			t.Error(err)
			return
		}
		request.SetBasicAuth(account, token)
		response, err := f.client.Do(request)
		if err != nil {
			t.Error(err)
			return
		}
		answer, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode >= 300 {
			t.Errorf("%s %s: %d %s", r.method, r.path, response.StatusCode, answer)
		}
	}
}

// create sends a message of an account, and returns the status of the answer; 0 for none.
func (f *fleet) create(base, account, body string) int {
	form := url.Values{"From": {sender}, "To": {customer}, "Body": {body}}.Encode()
	r, err := http.NewRequest(http.MethodPost, messages(base, account), strings.NewReader(form))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(account, token)
	response, err := f.client.Do(r)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func messages(base, account string) string {
	return base + "/2010-04-01/Accounts/" + account + "/Messages.json"
}

// bodies returns the bodies of an account's messages.
func (f *fleet) bodies(t testing.TB, base, account string) (bodies []string) {
	next := messages(base, account) + "?PageSize=1000"
	for next != "" {
		r, err := http.NewRequest(http.MethodGet, next, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(account, token)
		response, err := f.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Messages []struct{ Body string }
			Next     *string `json:"next_page_uri"`
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("GET %s: %d, %v", next, response.StatusCode, err)
		}
		for _, m := range page.Messages {
			bodies = append(bodies, m.Body)
		}
		if next = ""; page.Next != nil {
			next = base + *page.Next
		}
	}
	return bodies
}

// home returns which simulator has an account, by asking both for their accounts.
func (f *fleet) home(t testing.TB, account string) int {
	home := -1
	for i, p := range f.ports {
		response, err := f.client.Get(p.url() + "/sim/v1/accounts")
		if err != nil {
			t.Fatal(err)
		}
		list, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%d, %v: %s", response.StatusCode, err, list)
		}
		if !strings.Contains(string(list), account) {
			continue
		}
		if home >= 0 {
			t.Errorf("%s is on both simulators", account)
		}
		home = i
	}
	if home < 0 {
		t.Errorf("%s is on no simulator", account)
	}
	return home
}

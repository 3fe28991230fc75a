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
// meanwhile, and checks that each account is on one simulator only, with all its messages.
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

// kill ends the first simulator while all accounts send, and starts it again.
func (f *fleet) kill(t *testing.T, accounts []string, homes []int) {
	t.Helper()
	stop := make(chan struct{})
	var wait sync.WaitGroup
	var mu sync.Mutex
	sent, refused := map[string]int{}, map[string]int{}
	enough := make(chan struct{}, len(accounts)) // an account of the killed simulator was refused
	for _, account := range accounts {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				status := f.create(f.url, account, "under load")
				mu.Lock()
				switch status {
				case http.StatusCreated:
					sent[account]++
				case http.StatusBadGateway:
					if refused[account]++; refused[account] == 1 {
						enough <- struct{}{}
					}
				default:
					t.Errorf("status %d", status)
				}
				mu.Unlock()
			}
		})
	}
	_ = f.simulators[0].Process.Kill()
	_ = f.simulators[0].Wait()
	for range countOf(homes, 0) {
		select {
		case <-enough:
		case <-time.After(30 * time.Second):
			t.Error("requests for the killed simulator are not refused")
		}
	}
	close(stop)
	wait.Wait()
	for i, account := range accounts {
		if homes[i] == 0 {
			continue
		}
		if refused[account] > 0 {
			t.Errorf("%s of the other simulator was refused", account)
		}
		if got := len(f.bodies(t, f.url, account)); got != 5+sent[account] {
			t.Errorf("%s has %d messages, want %d", account, got, 5+sent[account])
		}
	}
	f.start(t, 0)
	i := slices.Index(homes, 0)
	f.open(t, accounts[i])
	if status := f.create(f.url, accounts[i], "again"); status != http.StatusCreated {
		t.Errorf("status %d after the restart", status)
	}
	if got := f.bodies(t, f.ports[0].url(), accounts[i]); !slices.Contains(got, "again") {
		t.Errorf("the message after the restart is not where its account was: %q", got)
	}
}

// port is one on loopback.
type port int

func (p port) url() string { return fmt.Sprintf("http://127.0.0.1:%d", p) }

// fleet is two simulators behind nginx.
type fleet struct {
	binary     string
	url        string // nginx
	ports      [2]port
	simulators [2]*exec.Cmd
	client     *http.Client
}

// startFleet starts everything. It skips the test without nginx.
func startFleet(t *testing.T) *fleet {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("TWILSIM_REQUIRE"), ","), "nginx") {
			t.Fatalf("TWILSIM_REQUIRE has nginx: %v", err)
		}
		t.Skip("there is no nginx here")
	}
	dir := t.TempDir()
	f := &fleet{binary: filepath.Join(dir, "twilsim"), client: &http.Client{
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
func freePort(t *testing.T) port {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return port(ln.Addr().(*net.TCPAddr).Port)
}

// start starts a simulator and waits until it is ready.
func (f *fleet) start(t *testing.T, i int) {
	cmd := exec.Command(f.binary, "serve", "--any-account", "--port", fmt.Sprint(int(f.ports[i])))
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
func (f *fleet) startNginx(t *testing.T, nginx, dir string, front port) {
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
	if err := os.Mkdir(filepath.Join(dir, "temp"), 0o777); err != nil {
		t.Fatal(err)
	}
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
func (f *fleet) open(t *testing.T, account string) {
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
func (f *fleet) bodies(t *testing.T, base, account string) (bodies []string) {
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
func (f *fleet) home(t *testing.T, account string) int {
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

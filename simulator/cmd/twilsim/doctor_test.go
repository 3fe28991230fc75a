package main

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/app"
	"twilsim/simulator"
	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
)

// consult runs twilsim doctor where no simulator answers, and returns the findings of its group app.
func consult(t *testing.T, args ...string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("TWILSIM_URL", "http://127.0.0.1:1")
	for _, name := range []string{"TWILIO_API_KEY", "PATH", "CI", "HTTP_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "")
	}
	var out, errs bytes.Buffer
	err := run(t.Context(), append([]string{"doctor"}, args...), strings.NewReader(""), &out, &errs)
	_ = report(&errs, err)
	if errs.Len() > 0 {
		t.Error(errs.String())
	}
	_, rest, _ := strings.Cut(out.String(), "\napp\n")
	group, _, _ := strings.Cut(rest, "interception\n")
	return group
}

// checks is an app that checks signatures for a URL of its own, with a token of its own.
func checks(token, public string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a := &app.App{AuthToken: token, PublicURL: public, Log: io.Discard}
		a.ServeHTTP(w, r)
	}
}

// answers is an app that answers every request alike.
func answers(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func TestDoctorApp(t *testing.T) {
	const token = simulator.DefaultAuthToken
	var heard []string // the paths and bodies of what the app was asked
	tests := []struct {
		name string
		app  http.HandlerFunc
		env  string // TWILIO_AUTH_TOKEN
		path string // of --app
		want []string
	}{
		{name: "all is well", app: checks(token, ""), want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
			"ok    signature      a wrong one is refused (403), a missing one too (403)",
		}},
		{name: "another path", app: checks(token, ""), path: "/sms2", want: []string{
			"ok    webhook        POST /sms2   200 text/xml, valid TwiML, 1 reply, 0ms",
			"ok    signature      a wrong one is refused (403), a missing one too (403)",
		}},
		{name: "no check", app: answers(200, "text/xml", "<Response/>"), want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 0ms",
			"FAIL  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "a missing one passes", app: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Twilio-Signature") != "" {
				checks(token, "")(w, r)
			}
		}, want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
			"FAIL  signature      POST /sms accepted a request without X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "a crash", app: func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			if !signature.Verify(token, "http://"+r.Host+r.URL.Path, r.PostForm, r.Header.Get("X-Twilio-Signature")) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			answers(200, "text/xml", "<Response/>")(w, r)
		}, want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 0ms",
			"FAIL  signature      POST /sms answered 500, 0ms to a request with a wrong X-Twilio-Signature",
			"cause   the check fails in another way than by refusing; 403 is usual",
			"try     look at the app's own log",
		}},
		{name: "bad TwiML", app: answers(200, "text/xml", "<Response><Message>"), want: []string{
			"FAIL  webhook        POST /sms   200 text/xml, 0ms",
			"cause   12100 Document parse failure: <Message> is never closed",
			"try     look at the app's own log",
			"FAIL  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "another token", env: "0123456789abcdef0123456789abcdef", app: checks(token, ""), want: []string{
			"FAIL  signature      POST /sms refused a request that is signed well (403)",
			"cause   the app has another auth token, the one that a simulator has by default, and the token in TWILIO_AUTH_TOKEN is used",
			`try     eval "$(twilsim env)" before you start the app`,
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "the scheme", app: func(w http.ResponseWriter, r *http.Request) { checks(token, "https://"+r.Host)(w, r) }, want: []string{
			"FAIL  signature      POST /sms refused a request that is signed well (403)",
			"cause   the app checks https://APP/sms, and http://APP/sms is signed: a proxy in front of the app ends TLS (scheme https, not http)",
			"try     twilsim serve --forward-to https://APP --forward https://APP=http://APP, or tell the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "the port", app: checks(token, "http://127.0.0.1"), want: []string{
			"FAIL  signature      POST /sms refused a request that is signed well (403)",
			"cause   the app checks http://127.0.0.1/sms, and http://APP/sms is signed: a proxy in front of the app has another port (no :PORT)",
			"try     twilsim serve --forward-to http://127.0.0.1 --forward http://127.0.0.1=http://APP, or tell the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "the slash", path: "/hook", app: func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			if !signature.Verify(token, "http://"+r.Host+"/hook/", r.PostForm, r.Header.Get("X-Twilio-Signature")) {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			answers(200, "text/xml", "<Response/>")(w, r)
		}, want: []string{
			"FAIL  signature      POST /hook refused a request that is signed well (403)",
			"cause   the app checks http://APP/hook/, and http://APP/hook is signed: the path has a slash at its end",
			"try     give both the same path",
			"ok    webhook        POST /hook   200 text/xml, valid TwiML, 0ms",
		}},
		{name: "scheme, host and port", app: checks(token, "https://localhost"), want: []string{
			"FAIL  signature      POST /sms refused a request that is signed well (403)",
			"cause   the app checks https://localhost/sms, and http://APP/sms is signed: another host",
			"try     twilsim serve --forward-to https://localhost --forward https://localhost=http://APP, or tell the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "nothing helps", app: answers(422, "text/html", "CSRF"), want: []string{
			"FAIL  signature      POST /sms refused a request that is signed well (422)",
			"cause   it was signed for http://APP/sms with the token that a simulator has by default; no usual mistake in the URL explains " +
				"the answer. Another check may stand before yours: a login, or one against forged forms (CSRF)",
			`try     twilsim help signatures, and eval "$(twilsim env)" before you start the app`,
		}},
		{name: "a login page", app: answers(200, "text/html", "<!doctype html><title>Sign in</title><p>Hello<br>"), want: []string{
			"FAIL  webhook        POST /sms   200 text/html, 0ms",
			`cause   12100 Document parse failure: <!doctype is not allowed here; POST http://APP/sms answered a web page, "Sign in"`,
			"try     let webhooks through without a login, and answer TwiML as text/xml",
			"FAIL  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "not there", app: answers(404, "text/plain", "not found"), want: []string{
			"FAIL  webhook        POST /sms   404 text/plain, 0ms",
			"cause   11200 HTTP retrieval failure: the app answered 404",
			"try     look at the app's own log",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TWILIO_AUTH_TOKEN", tt.env)
			heard = nil
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				heard = append(heard, r.URL.Path+" "+string(body))
				r.Body = io.NopCloser(bytes.NewReader(body))
				tt.app(w, r)
			}))
			defer server.Close()
			address := server.Listener.Addr().String()
			got := settled(consult(t, "--app", server.URL+tt.path), address)
			want := append([]string{"ok    reachable      http://APP   0ms"}, tt.want...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, request := range heard {
				if !strings.Contains(request, "Body=twilsim+doctor") || !strings.Contains(request, "From=%2B12025550199") {
					t.Errorf("a probe that is not marked as one: %s", request)
				}
			}
		})
	}
}

var tookMillis = regexp.MustCompile(`\b\d+ms`)

// TestDoctorCertificate: an app that signed its own certificate is looked at all the same.
func TestDoctorCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(answers(200, "text/xml", "<Response/>"))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	got := settled(consult(t, "--app", server.URL), server.Listener.Addr().String())
	want := []string{
		"ok    reachable      https://APP   0ms",
		"warn  TLS            Twilio refuses the app's certificate: 11237 Certificate Invalid - Could not find path to certificate",
		"cause   the certificate's issuer is not known: tls: failed to verify certificate: x509: certificate signed by unknown authority",
		"try     twilsim serve --insecure-app takes any; so does doctor from here on",
		"ok    webhook        POST /sms   200 text/xml, valid TwiML, 0ms",
		"FAIL  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
		"cause   the app does not validate, or validation is off in development",
		"try     twilsim help signatures",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// settled are the lines without indentation, times and this run's address.
func settled(out, address string) []string {
	var lines []string
	for line := range strings.Lines(out) {
		line = strings.ReplaceAll(strings.TrimSpace(line), address, "APP")
		_, port, _ := strings.Cut(address, ":")
		line = strings.ReplaceAll(line, port, "PORT")
		lines = append(lines, tookMillis.ReplaceAllString(line, "0ms"))
	}
	return lines
}

// TestDoctorNotRunning: that no simulator runs is a failure only where somebody said that one does.
func TestDoctorNotRunning(t *testing.T) {
	refusedUs := &control.Error{Status: http.StatusUnauthorized, Message: "it asks for its token", Try: "--access-token"}
	for _, tt := range []struct {
		name, url, env string
		err            error
		want           string
	}{
		{name: "nowhere", err: control.ErrUnreachable,
			want: "  warn  running        no simulator answers at http://127.0.0.1:2010\n" +
				"        cause   what it would tell is left out below\n        try     twilsim serve\n"},
		{name: "named", url: defaultURL, err: control.ErrUnreachable,
			want: "  FAIL  running        no simulator answers at http://127.0.0.1:2010\n" +
				"        cause   --url or TWILSIM_URL names that place\n        try     twilsim serve\n"},
		{name: "named by the environment", env: defaultURL, err: control.ErrUnreachable,
			want: "  FAIL  running        no simulator answers at http://127.0.0.1:2010\n" +
				"        cause   --url or TWILSIM_URL names that place\n        try     twilsim serve\n"},
		{name: "closed", err: refusedUs,
			want: "  FAIL  running        the simulator at http://127.0.0.1:2010 does not let us in\n" +
				"        cause   it asks for its token\n        try     --access-token\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			getenv := func(name string) string { return map[string]string{"TWILSIM_URL": tt.env}[name] }
			p := &patient{c: &cli{ui: &ui{out: &out}, getenv: getenv, url: tt.url}, place: &place{url: defaultURL}}
			p.notRunning(tt.err)
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDoctorSlow: an app that takes long is named as such, by the time that it took.
func TestDoctorSlow(t *testing.T) {
	var out bytes.Buffer
	p := &patient{c: &cli{ui: &ui{out: &out}}}
	took := &probed{call: &journal.Exchange{Status: http.StatusOK, Duration: slow + time.Second}}
	p.judge(&target{public: "http://localhost:3000/sms", method: http.MethodPost}, took)
	want := "  warn  webhook        POST /sms   200, empty, 6000ms\n        cause   Twilio gives up after 15 s\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDoctorElsewhere: nothing is sent to another machine.
func TestDoctorElsewhere(t *testing.T) {
	got := consult(t, "--app", "http://app.invalid:3000")
	want := "  warn  app            http://app.invalid:3000/sms is not on this machine, so it is not called\n" +
		"        try     twilsim doctor --app http://localhost:3000 where it is here as well\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindSDK: where each language's manifests name the SDK.
func TestFindSDK(t *testing.T) {
	type found struct{ Version, Where string }
	find := map[string]func(string) (string, string){}
	for _, l := range languages() {
		find[l.runtime] = l.find
	}
	for _, tt := range []struct {
		runtime, file, text string
		want                found
	}{
		{"node", "node_modules/twilio/package.json", `{"name": "twilio", "version": "6.2.0"}`, found{"6.2.0", "node_modules"}},
		{"node", "package.json", `{"dependencies": {"twilio": "^6.2.0"}}`, found{"^6.2.0", "package.json, not installed"}},
		{"node", "package.json", `{"devDependencies": {"twilio": "6"}}`, found{"6", "package.json, not installed"}},
		{"node", "package.json", `{"dependencies": {"twilio-video": "1"}}`, found{}},
		{"node", "package.json", `{`, found{}},
		{"python3", "requirements.txt", "flask\ntwilio==9.3.7  # sms\n", found{"==9.3.7", "requirements.txt"}},
		{"python3", "requirements-dev.txt", "Twilio[async] >= 9\n", found{">= 9", "requirements-dev.txt"}},
		{"python3", "requirements.txt", "twilio\n", found{"", "requirements.txt"}},
		{"python3", "requirements.txt", "twilio-stubs==1.0\nmy-twilio==2\n", found{}},
		{"python3", "pyproject.toml", "dependencies = [\n  \"twilio~=9.0\",\n]\n", found{"~=9.0", "pyproject.toml"}},
		{"python3", "pyproject.toml", "[tool.poetry.dependencies]\ntwilio = \"^9.1\"\n", found{"^9.1", "pyproject.toml"}},
		{"ruby", "Gemfile.lock", "GEM\n  specs:\n    twilio-ruby (7.3.0)\n      faraday (>= 0.9)\n", found{"7.3.0", "Gemfile.lock"}},
		{"php", "composer.lock", `{"packages": [{"name": "twilio/sdk", "version": "8.3.0"}]}`, found{"8.3.0", "composer.lock"}},
		{"java", "pom.xml", "<dependency>\n <groupId>com.twilio.sdk</groupId>\n <artifactId>twilio</artifactId>\n <version>10.1.0</version>", found{"10.1.0", "pom.xml"}},
		{"java", "pom.xml", "<groupId>com.twilio.sdk</groupId><artifactId>twilio</artifactId></dependency>", found{"", "pom.xml"}},
		{"java", "build.gradle.kts", `implementation("com.twilio.sdk:twilio:10.1.0")`, found{"10.1.0", "build.gradle.kts"}},
		{"go", "go.mod", "require github.com/twilio/twilio-go v1.23.0\n", found{"1.23.0", "go.mod"}},
		{"dotnet", "shop.csproj", `<PackageReference Include="Twilio" Version="7.1.0" />`, found{"7.1.0", "shop.csproj"}},
		{"dotnet", "shop.csproj", `<PackageReference Include="Twilio.AspNet.Core" Version="8.0.0" />`, found{}},
	} {
		t.Run(tt.file+" "+tt.want.Version, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(tt.file))
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(tt.text), 0o666); err != nil {
				t.Fatal(err)
			}
			version, where := find[tt.runtime](dir)
			if diff := cmp.Diff(tt.want, found{version, where}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLookalikes(t *testing.T) {
	list := lookalikes("https://shop.example/sms?a=b#rc=1", "http://localhost:3000/sms")
	if len(list) > 60 {
		t.Errorf("%d requests to an app that refuses them all", len(list))
	}
	want := []string{
		"http://shop.example/sms?a=b#rc=1", "https://shop.example:3000/sms?a=b#rc=1", "https://shop.example/sms/?a=b#rc=1",
		"https://localhost/sms?a=b#rc=1", "https://127.0.0.1/sms?a=b#rc=1",
	}
	if diff := cmp.Diff(want, list[:len(want)]); diff != "" {
		t.Errorf("those with one difference (-want +got):\n%s", diff)
	}
}

func TestUptime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1s", 12*time.Minute + 3*time.Second: "12m", 26 * time.Hour: "26h", 3*time.Hour + 59*time.Minute: "3h",
	} {
		if got := uptime(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

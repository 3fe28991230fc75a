package doctor

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// runApp checks an app where no simulator answers, and returns the findings about the app.
func runApp(t *testing.T, app string, env map[string]string) []Finding {
	t.Helper()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("PATH", "") // no runtime is asked for its version
	const nowhere = "http://127.0.0.1:1"
	findings, err := Run(t.Context(), Options{
		URL: nowhere, Client: &control.Client{URL: nowhere}, App: app, Version: "test", Dir: t.TempDir(),
		Getenv: func(name string) string { return env[name] },
	})
	if err != nil {
		t.Error(err)
	}
	return slices.DeleteFunc(findings, func(f Finding) bool { return f.Section != sectionApp })
}

// lines writes findings as the command prints them, without indentation, durations and the address.
func lines(findings []Finding, address string) []string {
	_, port, _ := strings.Cut(address, ":")
	var list []string
	add := func(label, text string) {
		if text == "" {
			return
		}
		text = strings.ReplaceAll(text, address, "APP")
		if port != "" {
			text = strings.ReplaceAll(text, port, "PORT")
		}
		list = append(list, label+tookMillis.ReplaceAllString(text, "0ms"))
	}
	for _, f := range findings {
		add(fmt.Sprintf("%-4s  %-14s ", f.Level, f.Name), f.Text)
		add("cause   ", f.Cause)
		add("try     ", f.Try)
	}
	return list
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

func TestApp(t *testing.T) {
	const token = simulator.DefaultAuthToken
	var seen []string // the paths and bodies of what the app was asked
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
			"fail  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "a missing one passes", app: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Twilio-Signature") != "" {
				checks(token, "")(w, r)
			}
		}, want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
			"fail  signature      POST /sms accepted a request without X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "a crash", app: func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			if !signature.Verify(token, "http://"+r.Host+r.URL.Path, r.PostForm,
				r.Header.Get("X-Twilio-Signature")) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			answers(200, "text/xml", "<Response/>")(w, r)
		}, want: []string{
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 0ms",
			"fail  signature      POST /sms answered 500, 0ms to a request with a wrong X-Twilio-Signature",
			"cause   the app fails instead of refusing the request; 403 is usual",
			"try     look at the app's own log",
		}},
		{name: "bad TwiML", app: answers(200, "text/xml", "<Response><Message>"), want: []string{
			"fail  webhook        POST /sms   200 text/xml, 0ms",
			"cause   12100 Document parse failure: <Message> is never closed",
			"try     look at the app's own log",
			"fail  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "another token", env: "0123456789abcdef0123456789abcdef", app: checks(token, ""),
			want: []string{
				"fail  signature      POST /sms refused a correctly signed request (403)",
				"cause   the app has another auth token, the default token of a simulator; the token in " +
					"TWILIO_AUTH_TOKEN was used",
				`try     eval "$(twilsim env)" before you start the app`,
				"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
			}},
		{name: "the scheme", app: func(w http.ResponseWriter,
			r *http.Request) {
			checks(token, "https://"+r.Host)(w, r)
		}, want: []string{
			"fail  signature      POST /sms refused a correctly signed request (403)",
			"cause   the app checks https://APP/sms, but http://APP/sms was signed: a proxy in front of " +
				"the app ends TLS (scheme https, not http)",
			"try     twilsim serve --forward-to https://APP --forward https://APP=http://APP, or tell " +
				"the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "the port", app: checks(token, "http://127.0.0.1"), want: []string{
			"fail  signature      POST /sms refused a correctly signed request (403)",
			"cause   the app checks http://127.0.0.1/sms, but http://APP/sms was signed: a proxy in " +
				"front of the app has another port (no :PORT)",
			"try     twilsim serve --forward-to http://127.0.0.1 --forward http://127.0.0.1=http://APP, " +
				"or tell the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "the slash", path: "/hook", app: func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			if !signature.Verify(token, "http://"+r.Host+"/hook/", r.PostForm,
				r.Header.Get("X-Twilio-Signature")) {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			answers(200, "text/xml", "<Response/>")(w, r)
		}, want: []string{
			"fail  signature      POST /hook refused a correctly signed request (403)",
			"cause   the app checks http://APP/hook/, but http://APP/hook was signed: the path has a " +
				"slash at its end",
			"try     give both the same path",
			"ok    webhook        POST /hook   200 text/xml, valid TwiML, 0ms",
		}},
		{name: "scheme, host and port", app: checks(token, "https://localhost"), want: []string{
			"fail  signature      POST /sms refused a correctly signed request (403)",
			"cause   the app checks https://localhost/sms, but http://APP/sms was signed: another host",
			"try     twilsim serve --forward-to https://localhost --forward " +
				"https://localhost=http://APP, or tell the app its public URL",
			"ok    webhook        POST /sms   200 text/xml, valid TwiML, 1 reply, 0ms",
		}},
		{name: "nothing helps", app: answers(422, "text/html", "CSRF"), want: []string{
			"fail  signature      POST /sms refused a correctly signed request (422)",
			"cause   it was signed for http://APP/sms with the default token of a simulator; no usual " +
				"mistake in the URL explains the response. Most often the app checks with another token: " +
				"its TWILIO_AUTH_TOKEN must be that one. If it is, another check may come before yours: a " +
				"login, or protection against forged forms (CSRF)",
			`try     twilsim help signatures, and eval "$(twilsim env)" before you start the app`,
		}},
		{name: "a login page", app: answers(200, "text/html",
			"<!doctype html><title>Sign in</title><p>Hello<br>"), want: []string{
			"fail  webhook        POST /sms   200 text/html, 0ms",
			`cause   12100 Document parse failure: <!doctype is not allowed here; POST http://APP/sms ` +
				`answered a web page, "Sign in"`,
			"try     let webhooks through without a login, and answer TwiML as text/xml",
			"fail  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
			"cause   the app does not validate, or validation is off in development",
			"try     twilsim help signatures",
		}},
		{name: "not there", app: answers(404, "text/plain", "not found"), want: []string{
			"fail  webhook        POST /sms   404 text/plain, 0ms",
			"cause   11200 HTTP retrieval failure: the app answered 404",
			"try     look at the app's own log",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen = nil
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				seen = append(seen, r.URL.Path+" "+string(body))
				r.Body = io.NopCloser(bytes.NewReader(body))
				tt.app(w, r)
			}))
			defer server.Close()
			address := server.Listener.Addr().String()
			got := lines(runApp(t, server.URL+tt.path, map[string]string{"TWILIO_AUTH_TOKEN": tt.env}),
				address)
			want := append([]string{"ok    reachable      http://APP   0ms"}, tt.want...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, request := range seen {
				if !strings.Contains(request, "Body=twilsim+doctor") ||
					!strings.Contains(request, "From=%2B12025550199") {
					t.Errorf("a probe that is not marked as one: %s", request)
				}
			}
		})
	}
}

var tookMillis = regexp.MustCompile(`\b\d+ms`)

// TestCertificate checks that an app with a self-signed certificate is checked all the same.
func TestCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(answers(200, "text/xml", "<Response/>"))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	got := lines(runApp(t, server.URL, nil), server.Listener.Addr().String())
	want := []string{
		"ok    reachable      https://APP   0ms",
		"warn  TLS            Twilio refuses the app's certificate: 11237 Certificate Invalid - Could " +
			"not find path to certificate",
		"cause   the certificate's issuer is unknown: tls: failed to verify certificate: x509: " +
			"certificate signed by unknown authority",
		"try     twilsim serve --insecure-app accepts any; the checks below do the same",
		"ok    webhook        POST /sms   200 text/xml, valid TwiML, 0ms",
		"fail  signature      POST /sms accepted a request with a wrong X-Twilio-Signature",
		"cause   the app does not validate, or validation is off in development",
		"try     twilsim help signatures",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNotRunning checks that a missing simulator is a failure only if the user said that one runs.
func TestNotRunning(t *testing.T) {
	const url = "http://127.0.0.1:2010"
	refused := &control.Error{Status: http.StatusUnauthorized, Message: "it asks for its token",
		Try: "--access-token"}
	broken := &control.Error{Status: http.StatusBadGateway, Message: "no"}
	for _, tt := range []struct {
		name  string
		named bool
		err   error
		want  Finding
	}{
		{"default place", false, control.ErrUnreachable, Finding{Level: Warning,
			Text:  "no simulator answers at " + url,
			Cause: "checks that need a simulator are left out below", Try: "twilsim serve"}},
		{"named place", true, control.ErrUnreachable, Finding{Level: Failure,
			Text: "no simulator answers at " + url, Cause: "--url or TWILSIM_URL names that place",
			Try: "twilsim serve"}},
		{"token refused", false, refused, Finding{Level: Failure,
			Text:  "the simulator at " + url + " refuses our access token",
			Cause: "it asks for its token", Try: "--access-token"}},
		{"another server", false, broken, Finding{Level: Failure,
			Text: "the simulator at " + url +
				" does not describe itself", Cause: "no", Try: "twilsim serve"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newExamination(Options{URL: url, Named: tt.named})
			e.notRunning(tt.err)
			tt.want.Name = "running"
			if diff := cmp.Diff([]Finding{tt.want}, e.findings); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSlow checks that an app that takes long gets a warning with its time.
func TestSlow(t *testing.T) {
	e := newExamination(Options{})
	took := &probe{call: &journal.Exchange{Status: http.StatusOK, Duration: slow + time.Second}}
	e.judge(&target{public: "http://localhost:3000/sms", method: http.MethodPost}, took)
	want := []Finding{{
		Name: "webhook", Level: Warning, Text: "POST /sms   200, empty, 6000ms",
		Cause: "Twilio gives up after 15 s",
	}}
	if diff := cmp.Diff(want, e.findings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestElsewhere checks that nothing is sent to another machine.
func TestElsewhere(t *testing.T) {
	got := lines(runApp(t, "http://app.invalid:3000", nil), "app.invalid:9")
	want := []string{
		"warn  app            http://app.invalid:3000/sms is not on this machine, so it was not called",
		"try     twilsim doctor --app http://localhost:3000 if it also runs here",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReport checks that findings are reported as they are found, in the order of the result.
func TestReport(t *testing.T) {
	var reported []Finding
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	t.Setenv("PATH", "")
	const nowhere = "http://127.0.0.1:1"
	findings, err := Run(t.Context(), Options{
		URL: nowhere, Client: &control.Client{URL: nowhere}, Dir: t.TempDir(),
		Getenv: func(string) string { return "" },
		Report: func(f Finding) { reported = append(reported, f) },
	})
	if err != nil || len(findings) == 0 {
		t.Fatal(findings, err)
	}
	if diff := cmp.Diff(findings, reported); diff != "" {
		t.Errorf("(-returned +reported):\n%s", diff)
	}
	var sections []string
	for _, f := range findings {
		sections = append(sections, f.Section)
	}
	want := []string{sectionSimulator, sectionApp, sectionInterception, sectionSafety, sectionCI}
	if diff := cmp.Diff(want, slices.Compact(sections)); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
}

// TestFindSDK looks for the SDK in the manifests of each language.
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
		{"node", "node_modules/twilio/package.json", `{"name": "twilio", "version": "6.2.0"}`,
			found{"6.2.0", "node_modules"}},
		{"node", "package.json", `{"dependencies": {"twilio": "^6.2.0"}}`,
			found{"^6.2.0", "package.json, not installed"}},
		{"node", "package.json", `{"devDependencies": {"twilio": "6"}}`,
			found{"6", "package.json, not installed"}},
		{"node", "package.json", `{"dependencies": {"twilio-video": "1"}}`, found{}},
		{"node", "package.json", `{`, found{}},
		{"python3", "requirements.txt", "flask\ntwilio==9.3.7  # sms\n",
			found{"==9.3.7", "requirements.txt"}},
		{"python3", "requirements-dev.txt", "Twilio[async] >= 9\n",
			found{">= 9", "requirements-dev.txt"}},
		{"python3", "requirements.txt", "twilio\n", found{"", "requirements.txt"}},
		{"python3", "requirements.txt", "twilio-stubs==1.0\nmy-twilio==2\n", found{}},
		{"python3", "pyproject.toml", "dependencies = [\n  \"twilio~=9.0\",\n]\n",
			found{"~=9.0", "pyproject.toml"}},
		{"python3", "pyproject.toml", "[tool.poetry.dependencies]\ntwilio = \"^9.1\"\n",
			found{"^9.1", "pyproject.toml"}},
		{"ruby", "Gemfile.lock", "GEM\n  specs:\n    twilio-ruby (7.3.0)\n      faraday (>= 0.9)\n",
			found{"7.3.0", "Gemfile.lock"}},
		{"php", "composer.lock", `{"packages": [{"name": "twilio/sdk", "version": "8.3.0"}]}`,
			found{"8.3.0", "composer.lock"}},
		{"java", "pom.xml",
			"<dependency>\n <groupId>com.twilio.sdk</groupId>\n <artifactId>twilio</artifactId>\n " +
				"<version>10.1.0</version>", found{"10.1.0", "pom.xml"}},
		{"java", "pom.xml",
			"<groupId>com.twilio.sdk</groupId><artifactId>twilio</artifactId></dependency>", found{"",
				"pom.xml"}},
		{"java", "build.gradle.kts", `implementation("com.twilio.sdk:twilio:10.1.0")`,
			found{"10.1.0", "build.gradle.kts"}},
		{"go", "go.mod", "require github.com/twilio/twilio-go v1.23.0\n", found{"1.23.0", "go.mod"}},
		{"dotnet", "shop.csproj", `<PackageReference Include="Twilio" Version="7.1.0" />`,
			found{"7.1.0", "shop.csproj"}},
		{"dotnet", "shop.csproj", `<PackageReference Include="Twilio.AspNet.Core" Version="8.0.0" />`,
			found{}},
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
		"http://shop.example/sms?a=b#rc=1", "https://shop.example:3000/sms?a=b#rc=1",
		"https://shop.example/sms/?a=b#rc=1", "https://localhost/sms?a=b#rc=1",
		"https://127.0.0.1/sms?a=b#rc=1",
	}
	if diff := cmp.Diff(want, list[:len(want)]); diff != "" {
		t.Errorf("those with one difference (-want +got):\n%s", diff)
	}
}

func TestUptime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "1s", 12*time.Minute +
			3*time.Second: "12m", 26 * time.Hour: "26h", 3*time.Hour + 59*time.Minute: "3h",
	} {
		if got := uptime(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

// TestIgnoresCA checks which versions of Twilio's SDK for Python read no CA variable (F-477).
func TestIgnoresCA(t *testing.T) {
	for version, want := range map[string]bool{
		"7.7.1": true, "7.9.0": true, "==6.63.2": true, "7.9.1": false, "7.10.0": false, "9.3.7": false,
		"": false, ">=7": false, "~=7.7": false, "7.9.0.dev1": true,
	} {
		if got := ignoresCA(version); got != want {
			t.Errorf("ignoresCA(%q) = %v", version, got)
		}
	}
}

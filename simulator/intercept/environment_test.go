package intercept

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnvironment checks the variables that the SDKs read (F-476 to F-482).
func TestEnvironment(t *testing.T) {
	env := map[string]string{
		"NO_PROXY": "ignored.example", "no_proxy": "internal, api.twilio.com:443 * localhost",
		"PHP_INI_SCAN_DIR": "/own", "JAVA_TOOL_OPTIONS": "-Xmx1g", "PYTHONPATH": "/lib:",
		"NODE_OPTIONS": "--trace-warnings",
	}
	e := &Environment{
		Proxy:   "127.0.0.1:2010",
		Proxies: map[string]string{"https_proxy": "127.0.0.1:2011"},
		Trust: &Trust{Bundle: "/ca/bundle.pem", TrustStore: "/a folder/store.jks",
			PHPDir: "/ca/php", PythonDir: "/ca/python",
			NodeHook: `/a "folder"/hook.cjs`},
		Unresolved: "/tmp/unresolved",
		Getenv:     func(name string) string { return env[name] },
	}
	got := map[string]string{}
	for _, s := range e.Settings() {
		if s.Reason == "" {
			t.Errorf("%s has no reason", s.Name)
		}
		got[s.Name] = s.Value
	}
	want := map[string]string{
		"HTTP_PROXY": "http://127.0.0.1:2010", "http_proxy": "http://127.0.0.1:2010",
		"HTTPS_PROXY": "http://127.0.0.1:2010", "https_proxy": "http://127.0.0.1:2011",
		"NO_PROXY":            "localhost,127.0.0.1,::1,internal",
		"no_proxy":            "localhost,127.0.0.1,::1,internal",
		"NODE_EXTRA_CA_CERTS": "/ca/bundle.pem", "REQUESTS_CA_BUNDLE": "/ca/bundle.pem",
		"CURL_CA_BUNDLE": "/ca/bundle.pem",
		"SSL_CERT_FILE":  "/ca/bundle.pem", "PHP_INI_SCAN_DIR": "/own:/ca/php",
		"PYTHONPATH": "/ca/python:/lib:", "TWILSIM_UNRESOLVED": "/tmp/unresolved",
		"NODE_OPTIONS": `--trace-warnings --require "/a \"folder\"/hook.cjs"`,
		"JAVA_TOOL_OPTIONS": "-Xmx1g -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=2010 " +
			"-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=2010" +
			` -Dhttp.nonProxyHosts=localhost|127.*|[::1] "-Djavax.net.ssl.trustStore=/a folder/store.jks"` +
			" -Djavax.net.ssl.trustStoreType=jks -Djavax.net.ssl.trustStorePassword=changeit",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestBypasses(t *testing.T) {
	bypassing := []string{
		"*", ".com", "*.com", "COM", "twilio.com", ".twilio.com", "*.twilio.com:443",
		"api.twilio.com", "api.dublin.us1.twilio.com",
	}
	harmless := []string{"nottwilio.com", "example.com", "10.0.0.0/8", "::1", "localhost"}
	for _, entry := range append(slices.Clone(bypassing), harmless...) {
		if got, want := len(Bypasses(entry)) > 0, slices.Contains(bypassing, entry); got != want {
			t.Errorf("%q bypasses: %v, want %v", entry, got, want)
		}
	}
	if diff := cmp.Diff([]string{".com", "*"},
		Bypasses("localhost, .com *,10.0.0.0/8")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzBypasses checks that for any NO_PROXY the new value bypasses the proxy for none of Twilio's
// hosts, and keeps all other entries.
func FuzzBypasses(f *testing.F) {
	for _, list := range []string{"", "*", "localhost,.com",
		"a.example api.twilio.com:443,10.0.0.0/8", ",, ,", "[::1]:80,.TWILIO.COM."} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		e := &Environment{Getenv: func(name string) string {
			return map[string]string{"NO_PROXY": list}[name]
		}}
		made := e.noProxy()
		if got := Bypasses(made); len(got) > 0 {
			t.Errorf("%q of %q bypass the proxy", got, made)
		}
		kept := append(noProxyEntries(made), Bypasses(list)...)
		for _, entry := range noProxyEntries(list) {
			if !slices.Contains(kept, entry) {
				t.Errorf("%q is lost: %q", entry, made)
			}
		}
	})
}

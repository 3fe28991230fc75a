package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/intercept"
)

func TestSettings(t *testing.T) {
	env := map[string]string{
		"NO_PROXY": "ignored.example", "no_proxy": "internal, api.twilio.com:443 *", "TWILIO_AUTH_TOKEN": "real",
		"TWILIO_PHONE_NUMBER": "+12025550100", "PHP_INI_SCAN_DIR": "/own", "JAVA_TOOL_OPTIONS": "-Xmx1g",
	}
	s := &surroundings{
		getenv: func(name string) string { return env[name] },
		proxy:  "127.0.0.1:2010",
		trust:  &intercept.Trust{Bundle: "/ca/bundle.pem", TrustStore: "/a folder/store.jks", PHPDir: "/ca/php"},
		simulator: []variable{
			{"TWILIO_ACCOUNT_SID", "AC1"}, {"TWILIO_AUTH_TOKEN", "token"}, {"TWILIO_PHONE_NUMBER", "+12025550100"}, {"TWILSIM_URL", "URL"},
		},
	}
	got := map[string]string{}
	for _, setting := range s.settings() {
		if setting.Reason == "" {
			t.Errorf("%s has no reason", setting.Name)
		}
		got[setting.Name] = setting.Value
	}
	want := map[string]string{
		"HTTP_PROXY": "http://127.0.0.1:2010", "http_proxy": "http://127.0.0.1:2010",
		"HTTPS_PROXY": "http://127.0.0.1:2010", "https_proxy": "http://127.0.0.1:2010",
		"NO_PROXY": "localhost,127.0.0.1,::1,internal", "no_proxy": "localhost,127.0.0.1,::1,internal",
		"NODE_EXTRA_CA_CERTS": "/ca/bundle.pem", "REQUESTS_CA_BUNDLE": "/ca/bundle.pem", "CURL_CA_BUNDLE": "/ca/bundle.pem",
		"SSL_CERT_FILE": "/ca/bundle.pem", "PHP_INI_SCAN_DIR": "/own:/ca/php",
		"JAVA_TOOL_OPTIONS": "-Xmx1g -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=2010 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=2010" +
			` -Dhttp.nonProxyHosts=localhost|127.*|[::1] "-Djavax.net.ssl.trustStore=/a folder/store.jks"` +
			" -Djavax.net.ssl.trustStoreType=jks -Djavax.net.ssl.trustStorePassword=changeit",
		"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_PHONE_NUMBER": "+12025550100",
		"TWILSIM_URL": "URL", "TWILSIM_ACTIVE": "1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"TWILIO_AUTH_TOKEN"}, s.replaced()); diff != "" {
		t.Errorf("replaced (-want +got):\n%s", diff)
	}
}

func TestCoversTwilio(t *testing.T) {
	for entry, want := range map[string]bool{
		"*": true, ".com": true, "*.com": true, "COM": true, "twilio.com": true, ".twilio.com": true, "*.twilio.com:443": true,
		"api.twilio.com": true, "api.dublin.us1.twilio.com": true,
		"nottwilio.com": false, "example.com": false, "10.0.0.0/8": false, "::1": false, "localhost": false,
	} {
		if got := coversTwilio(entry); got != want {
			t.Errorf("coversTwilio(%q) = %v", entry, got)
		}
	}
}

package intercept_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/intercept"
)

// startProxy starts a simulator with a proxy in front of it. It returns the simulator's URL, and a
// transport that goes through the proxy.
func startProxy(b *testing.B) (direct string, through *http.Transport) {
	sim := &simulator.Server{Keep: 100}
	ca, err := intercept.OpenCA(filepath.Join(b.TempDir(), "twilsim"))
	if err != nil {
		b.Fatal(err)
	}
	proxy := &intercept.Proxy{Handler: sim, CA: ca}
	server := httptest.NewServer(proxy)
	b.Cleanup(func() { server.Close(); proxy.Close(); sim.Close() })
	address, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.Certificate())
	return server.URL, &http.Transport{Proxy: http.ProxyURL(address),
		TLSClientConfig: &tls.Config{RootCAs: roots}}
}

// BenchmarkSends sends 1,000 messages through the proxy and 1,000 over plain HTTP to the same
// simulator, alternately, and reports the ratio of the two times.
func BenchmarkSends(b *testing.B) {
	direct, through := startProxy(b)
	proxied := &http.Client{Transport: through}
	plain := &http.Client{Transport: &http.Transport{}}

	var tookProxied, tookPlain time.Duration
	for b.Loop() {
		tookPlain += sends(b, plain, direct)
		tookProxied += sends(b, proxied, "https://api.twilio.com")
	}
	b.ReportMetric(tookProxied.Seconds()/tookPlain.Seconds(), "proxied/plain")
	b.ReportMetric(float64(tookPlain.Microseconds())/float64(1000*b.N), "plain-us/send")
	b.ReportMetric(float64(tookProxied.Microseconds())/float64(1000*b.N), "proxied-us/send")
}

func sends(b *testing.B, client *http.Client, base string) time.Duration {
	began := time.Now()
	for range 1000 {
		send(b, client, base)
	}
	return time.Since(began)
}

func send(b *testing.B, client *http.Client, base string) {
	const form = "Body=hi&From=%2B12025550100&To=%2B12025550142"
	url := base + "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"
	req, err := http.NewRequest("POST", url, strings.NewReader(form))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	resp, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		b.Fatal(resp.Status)
	}
}

// BenchmarkConnections makes a connection for each send, as a program does that is started for each
// or that keeps none. The client has the sessions of earlier connections.
func BenchmarkConnections(b *testing.B) {
	_, through := startProxy(b)
	through.DisableKeepAlives = true
	through.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	client := &http.Client{Transport: through}
	b.ReportAllocs()
	for b.Loop() {
		send(b, client, "https://api.twilio.com")
	}
}

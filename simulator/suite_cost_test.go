package simulator_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/control"
)

// TestCosts fails when a flow or a create becomes more expensive next to a bare program. It counts
// allocations and bytes that are kept, which do not depend on the speed of the machine or on what
// else it does; .ci/compare compares the times of two commits. A limit is a tenth above what was
// measured last: lower it with every improvement.
func TestCosts(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools drop what they have")
	}
	flow, bareFlow, served, bareServed := costFlow(t)
	create, bareCreate := costCreate(t)
	flowCalls, flowBytes := allocations(flow)
	bareFlowCalls, bareFlowBytes := allocations(bareFlow)
	servedCalls, servedBytes := allocations(served)
	bareServedCalls, bareServedBytes := allocations(bareServed)
	createCalls, createBytes := allocations(create)
	bareCreateCalls, bareCreateBytes := allocations(bareCreate)
	for _, tt := range []struct {
		name       string
		got, limit float64
	}{
		{"allocations of a flow / of a bare client", flowCalls / bareFlowCalls, 0.78},
		{"bytes of a flow / of a bare client", flowBytes / bareFlowBytes, 1.2},
		{"allocations of a flow over HTTP / of five bare requests", servedCalls / bareServedCalls, 1.24},
		{"bytes of a flow over HTTP / of five bare requests", servedBytes / bareServedBytes, 1.85},
		{"allocations of a create / of a bare handler", createCalls / bareCreateCalls, 1.24},
		{"bytes of a create / of a bare handler", createBytes / bareCreateBytes, 1.42},
		{"KiB kept of a flow", keptOf(600, flow), 3.3},
		{"KiB kept of a create", keptOf(600, create), 1.7},
	} {
		t.Logf("%s: %.2f", tt.name, tt.got)
		if tt.got > tt.limit {
			t.Errorf("%s: %.2f, want at most %.2f", tt.name, tt.got, tt.limit)
		}
	}
}

// costFlow returns a whole flow in process, and the three requests of one from a bare client; and a
// flow that is driven over HTTP, and a bare client that makes its five requests.
func costFlow(t *testing.T) (flow, bare, served, bareServed func()) {
	app := newSuiteApp(t)
	sim, server := suiteServer(t, app, 0)
	recorded := recordFlow(t, app)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	t.Cleanup(client.CloseIdleConnections)
	flow = func() { wholeFlow(t, sim.Account()) }
	bare = func() {
		for _, r := range recorded {
			send(t, client, r.request(t))
		}
	}
	drive := func(base string) {
		send(t, client, request(t, "POST", base+control.Prefix+"/texts", "application/json", textJSON))
		send(t, client, request(t, "POST", base+control.Prefix+"/clock/advance", "application/json",
			`{"duration":"2s"}`))
	}
	return flow, bare, func() { drive(server.URL) }, func() { drive(app.URL); bare() }
}

// costCreate returns a create, and a request to a handler that writes the same answer.
func costCreate(t *testing.T) (create, bare func()) {
	_, server := suiteServer(t, nil, 0)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	form := url.Values{"To": {suiteCustomer}, "From": {simulator.DefaultPhoneNumber},
		"Body": {"Your order has been shipped."}}.Encode()
	post := func(base string) *http.Request {
		r := request(t, "POST", base+messagesURL, suiteForm, form)
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		return r
	}
	response, err := client.Do(post(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		maps.Copy(w.Header(), response.Header)
		w.WriteHeader(response.StatusCode)
		_, _ = w.Write(body)
	}))
	t.Cleanup(func() { client.CloseIdleConnections(); plain.Close() })
	return func() { send(t, client, post(server.URL)) },
		func() { send(t, client, post(plain.URL)) }
}

// allocations returns how many allocations a call makes, with those of the servers that it calls,
// and how many bytes they have.
func allocations(call func()) (n, bytes float64) {
	const calls = 300
	for range 30 {
		call() // opens connections and fills pools
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		call()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / calls,
		float64(after.TotalAlloc-before.TotalAlloc) / calls
}

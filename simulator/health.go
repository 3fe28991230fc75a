package simulator

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// Drain has /readyz answer with 503 from now on, so that nobody sends more work to a server that is
// about to stop. It still serves all requests.
func (s *Server) Drain() { s.draining.Store(true) }

// serveHealth answers what supervisors ask for, and reports whether the request was that:
//
//	/livez    200 while the server answers at all
//	/readyz   200 while it is ready for more work, else 503
//	/metrics  numbers in the format of OpenMetrics
func (s *Server) serveHealth(w http.ResponseWriter, r *http.Request) bool {
	status, text := http.StatusOK, "ok\n"
	switch r.URL.Path {
	default:
		return false
	case "/metrics":
		control.Guard(s.info, http.HandlerFunc(s.serveMetrics)).ServeHTTP(w, r)
		return true
	case "/livez":
	case "/readyz":
		if err := s.accounts.Stored(); s.draining.Load() {
			status, text = http.StatusServiceUnavailable, "stopping\n"
		} else if err != nil {
			status, text = http.StatusServiceUnavailable, err.Error()+"\n"
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		status, text = http.StatusMethodNotAllowed, "only GET\n"
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
	return true
}

// openMetrics is the type of https://prometheus.io/docs/specs/om/open_metrics_spec/.
const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"

func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", openMetrics)
	w.Header().Set("Cache-Control", "no-store")
	var m measures
	s.measure(&m)
	_, _ = io.WriteString(w, m.String()+"# EOF\n")
}

// measures is a text of OpenMetrics.
type measures struct{ strings.Builder }

// family begins the values of one name. kind is gauge, counter or summary.
func (m *measures) family(name, kind, help string) {
	fmt.Fprintf(m, "# TYPE %s %s\n# HELP %s %s\n", name, kind, name, help)
}

func (m *measures) value(name, labels string, value float64) {
	m.WriteString(name + labels + " " + strconv.FormatFloat(value, 'g', -1, 64) + "\n")
}

// gauge writes a family of one value.
func (m *measures) gauge(name, help string, value float64) {
	m.family(name, "gauge", help)
	m.value(name, "", value)
}

// measure writes all measures, over all accounts.
func (s *Server) measure(m *measures) {
	counts, kept := map[string]int{}, map[journal.Kind]int{}
	kinds := journal.Kinds()
	var took = map[journal.Kind][]time.Duration{}
	waiting := 0
	unused := func(a *messaging.Account) bool {
		return a.Journal.Last() == 0 && a.Journal.Waiting() == 0
	}
	accounts := slices.DeleteFunc(s.accounts.List(), unused)
	for _, a := range accounts {
		waiting += a.Journal.Waiting()
		a.Journal.Totals(kept, counts)
		for _, kind := range []journal.Kind{journal.Webhooks, journal.Requests} {
			if len(took[kind]) >= sample {
				continue
			}
			newest, _, _ := a.Journal.Newest(journal.Query{Kind: kind},
				max(1, sample/len(accounts)))
			for _, x := range newest {
				took[kind] = append(took[kind], x.(*journal.Exchange).Duration)
			}
		}
	}
	m.family("twilsim_kept", "gauge", "Things that are kept.")
	for _, kind := range kinds {
		m.value("twilsim_kept", `{kind="`+string(kind)+`"}`, float64(kept[kind]))
	}
	if s.budget != nil {
		m.gauge("twilsim_kept_bytes", "Memory of what --keep-bytes limits, roughly.",
			float64(s.budget.Used()))
	}
	for _, c := range []struct{ name, letter, help string }{
		{"twilsim_webhooks", "W", "Webhooks made since the last reset."},
		{"twilsim_requests", "R", "API requests served since the last reset."},
		{"twilsim_alerts", "A", "Alerts raised since the last reset."},
	} {
		m.family(c.name, "counter", c.help)
		m.value(c.name+"_total", "", float64(counts[c.letter]))
	}
	m.quantiles("twilsim_request_seconds", "Time to serve the newest API requests.",
		took[journal.Requests])
	m.quantiles("twilsim_webhook_seconds", "Time until the app's answer to the newest webhooks.",
		took[journal.Webhooks])
	scheduled, _ := s.account.Clock.Pending()
	m.gauge("twilsim_scheduled", "Pieces of work that are scheduled on the clock.", float64(scheduled))
	m.gauge("twilsim_waiting", "Readers that wait for something to happen.", float64(waiting))
	m.gauge("twilsim_unstored", "Changes that are not stored yet.", float64(s.accounts.Unstored()))
	m.gauge("twilsim_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(heap)
	m.gauge("twilsim_heap_bytes", "Memory of live and dead objects.", float64(heap[0].Value.Uint64()))
	m.gauge("twilsim_memory_bytes", "Memory taken from the system.",
		float64(heap[1].Value.Uint64()-heap[2].Value.Uint64()))
}

// sample is from how many exchanges a latency is measured, of all accounts together.
const sample = 1000

// quantiles writes a summary of durations.
func (m *measures) quantiles(name, help string, took []time.Duration) {
	m.family(name, "summary", help)
	slices.Sort(took)
	sum := time.Duration(0)
	for _, d := range took {
		sum += d
	}
	if len(took) > 0 {
		for _, q := range []float64{0.5, 0.9, 0.99} {
			d := took[min(int(q*float64(len(took))), len(took)-1)]
			m.value(name, `{quantile="`+strconv.FormatFloat(q, 'g', -1, 64)+`"}`, d.Seconds())
		}
	}
	m.value(name+"_count", "", float64(len(took)))
	m.value(name+"_sum", "", sum.Seconds())
}

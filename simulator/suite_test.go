package simulator_test

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"
)

// BenchmarkSuite measures what design.md, section 9, has targets for, each next to what a bare
// program needs for the same in the same run, and prints a table of the ratios. Times are not in
// it, because they are those of a machine.
//
//	go test -run '^$' -bench Suite ./simulator
//	go test -run '^$' -bench 'Suite/kept' ./simulator
//	SUITE_KEPT=1000000 go test -run '^$' -bench 'Suite/kept' -timeout 1h ./simulator
//
// Each measure is made once, whatever -benchtime says: it alternates between the two programs by
// itself.
func BenchmarkSuite(b *testing.B) {
	s := &suite{folder: b.TempDir()}
	for _, m := range []struct {
		name    string
		measure func(*suite, *testing.B)
	}{
		{"flow", (*suite).flow}, {"create", (*suite).create}, {"serve", (*suite).serve},
		{"kept", (*suite).kept}, {"accounts", (*suite).accounts},
		{"memory", (*suite).memory}, {"start", (*suite).start},
		{"data", (*suite).data}, {"proxy", (*suite).proxy}, {"clock", (*suite).clock},
		{"scenarios", (*suite).scenarios}, {"emulate", (*suite).emulate},
	} {
		var once sync.Once
		b.Run(m.name, func(b *testing.B) {
			once.Do(func() { m.measure(s, b) })
			for _, r := range s.rows {
				if r.group == m.name {
					b.ReportMetric(r.got, strings.ReplaceAll(r.what, " ", "-"))
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	s.print(os.Stdout)
}

// suite collects the rows of the table.
type suite struct {
	rows []row

	building sync.Once
	folder   string // of the binaries
}

// row is a ratio or an amount. Its target is an upper bound unless atLeast is set; 0 is none.
type row struct {
	group, what string
	got, target float64
	unit        string // "" for a ratio
	atLeast     bool
}

func (s *suite) print(out io.Writer) {
	if len(s.rows) == 0 {
		return
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "measure\tgot\ttarget\t")
	for _, r := range s.rows {
		target, met := "", ""
		if r.target != 0 {
			sign, ok := "≤", r.got <= r.target
			if r.atLeast {
				sign, ok = "≥", r.got >= r.target
			}
			target = fmt.Sprintf("%s %g%s", sign, r.target, r.unit)
			if !ok {
				met = "not met"
			}
		}
		fmt.Fprintf(table, "%s\t%.2f%s\t%s\t%s\n", r.what, r.got, r.unit, target, met)
	}
	table.Flush()
}

// add adds a ratio that should be at most the target.
func (s *suite) add(group, what string, got, target float64) {
	s.rows = append(s.rows, row{group: group, what: what, got: got, target: target})
}

// rate adds a ratio of rates, which should be at least the target.
func (s *suite) rate(group, what string, got, target float64) {
	s.rows = append(s.rows, row{group: group, what: what, got: got, target: target, atLeast: true})
}

// amount adds an amount in a unit.
func (s *suite) amount(group, what string, got, target float64, unit string) {
	s.rows = append(s.rows, row{group: group, what: what, got: got, target: target, unit: " " + unit})
}

// rounds is how often a pair is measured.
const rounds = 7

// compare runs ours and bare alternately, and returns the ratio of the shortest times, on which
// other programs of the machine have the least effect. Both are run once before, to fill pools and
// connections.
func compare(ours, bare func()) float64 {
	ours()
	bare()
	runtime.GC() // not during the measurement
	var a, b []time.Duration
	for range rounds {
		a, b = append(a, timed(ours)), append(b, timed(bare))
	}
	return float64(slices.Min(a)) / float64(slices.Min(b))
}

func timed(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}

func median[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// connections is how many clients are busy at once.
const connections = 8

// busy calls f n times on several goroutines.
func busy(n int, f func(client *http.Client)) {
	var left atomic.Int64
	left.Store(int64(n))
	var wait sync.WaitGroup
	for range connections {
		wait.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			for left.Add(-1) >= 0 {
				f(client)
			}
		})
	}
	wait.Wait()
}

// suiteApp is the smallest app that a whole flow needs, and counts its callbacks.
type suiteApp struct {
	*httptest.Server
	callbacks atomic.Int64
	awaited   atomic.Int64  // the number of callbacks that reached announces
	reached   chan struct{} // never closed
}

func newSuiteApp(b testing.TB) *suiteApp {
	app := &suiteApp{reached: make(chan struct{}, 1)}
	app.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/sms" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, `<Response><Message action="/status">Hello</Message></Response>`)
			return
		}
		if app.callbacks.Add(1) == app.awaited.Load() {
			app.reached <- struct{}{}
		}
	}))
	b.Cleanup(app.Close)
	return app
}

// send makes a request and reads its answer, which must be a success.
func send(b testing.TB, client *http.Client, r *http.Request) []byte {
	response, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		b.Errorf("%s %s: %d, %v: %.200s", r.Method, r.URL, response.StatusCode, err, body)
	}
	return body
}

func request(b testing.TB, method, url, contentType, body string) *http.Request {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

// build makes the binaries of twilsim, stripped as a release is, and of bare, and returns the path
// of one.
func (s *suite) build(b *testing.B, name string) string {
	s.building.Do(func() {
		for name, source := range map[string]string{"twilsim": "./cmd/twilsim",
			"bare": "./testdata/bare"} {
			linked := filepath.Join(s.folder, name+".linked")
			build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", linked, source)
			build.Env = append(os.Environ(), "CGO_ENABLED=0") // a C library delays the start of both
			out, err := build.CombinedOutput()
			if err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			install(b, linked, filepath.Join(s.folder, name))
		}
	})
	return filepath.Join(s.folder, name)
}

// install copies a program in the pieces in which archives are unpacked. The size of the pieces
// decides how the system's cache holds the file, and that how fast a program starts and how much of
// it is mapped: with the file of the linker, which writes through a mapping, the same measure was
// 1.6 after one build and 1.9 after the next.
func install(b *testing.B, from, to string) {
	program, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o777)
	if err != nil {
		b.Fatal(err)
	}
	for piece := range slices.Chunk(program, 32<<10) {
		if _, err := file.Write(piece); err != nil {
			b.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

// keptMany is the larger history of the measures of kept things; SUITE_KEPT sets another.
func keptMany(b *testing.B) int {
	text := cmp.Or(os.Getenv("SUITE_KEPT"), "100000")
	n, err := strconv.Atoi(text)
	if err != nil || n < 10_000 {
		b.Fatalf("SUITE_KEPT=%s: a number from 10000", text)
	}
	return n
}

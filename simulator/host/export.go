package host

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// ExportData writes what a file has of the main account, as "twilsim export" does for a simulator
// that runs. The file does not change. A simulator on a virtual clock reads the file, so nothing
// that is due happens, and its own API writes the export: both have the same format that way. Other
// accounts of the file are not exported.
func ExportData(file *storage.File, as string, secrets bool, out io.Writer) error {
	account, err := file.MainAccount()
	if err != nil {
		return err
	}
	sim := &simulator.Server{Data: unchanged{file}, AccountSID: account,
		Clock: clock.Virtual(clock.Wall())}
	if err := sim.Start(); err != nil {
		return err
	}
	defer sim.Close()
	query := url.Values{"as": {as}, "secrets": {strconv.FormatBool(secrets)}}
	r, err := http.NewRequest(http.MethodGet,
		"http://localhost"+control.Prefix+"/export?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	w := &response{out: out}
	sim.ServeHTTP(w, r)
	return w.err
}

// unchanged reads a file and stores nothing. A simulator stores what it changes at its start, such
// as its clock.
type unchanged struct{ *storage.File }

// Commit implements [messaging.Storage].
func (unchanged) Commit([]messaging.Row) error { return nil }

// response writes the body of an answer.
type response struct {
	out    io.Writer
	header http.Header
	err    error
}

// Header implements [http.ResponseWriter].
func (w *response) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// WriteHeader implements [http.ResponseWriter].
func (w *response) WriteHeader(int) {}

// Write implements [http.ResponseWriter].
func (w *response) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

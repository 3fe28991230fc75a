package simulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twilsim/simulator/messaging"
)

// fickle is a storage that is full from some moment on.
type fickle struct{ full bool }

func (f *fickle) State(func(messaging.Row) error) error { return nil }

func (f *fickle) History(func(messaging.Row) error) error { return nil }

func (f *fickle) Commit([]messaging.Row) error {
	if f.full {
		return errors.New("full")
	}
	return nil
}

// TestStoredStream checks that each part of a stream waits until what it tells of is stored.
func TestStoredStream(t *testing.T) {
	data := &fickle{}
	s := &Server{Data: data}
	defer s.Close()
	a := s.Account()
	var errs []error
	stream := s.storing(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		if r.URL.Path == "/flush" {
			errs = append(errs, http.NewResponseController(w).Flush())
		} else {
			_, err := w.Write([]byte("first"))
			errs = append(errs, err)
		}
		data.full = true
		a.AddKey("new")
		_, err := w.Write([]byte("second"))
		errs = append(errs, err)
	}))
	for _, path := range []string{"/", "/flush"} {
		data.full, errs = false, nil
		a.AddKey("another")
		w := httptest.NewRecorder()
		stream.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK || len(errs) != 2 || errs[0] != nil || errs[1] == nil {
			t.Errorf("%s: status %d, errors %v", path, w.Code, errs)
		}
	}
}

// TestStoredHeader checks that a header tells of nothing that is not stored: neither one that is
// written nor one that a handler leaves to the first write, or to the end.
func TestStoredHeader(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"header": func(w http.ResponseWriter) {
			w.Header().Set("Location", "/new")
			w.WriteHeader(http.StatusCreated)
		},
		"write":   func(w http.ResponseWriter) { _, _ = w.Write([]byte("new")) },
		"nothing": func(http.ResponseWriter) {},
	} {
		data := &fickle{}
		s := &Server{Data: data}
		a := s.Account()
		w := httptest.NewRecorder()
		s.storing(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			data.full = true
			a.AddKey("new")
			answer(w)
		})).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Location") != "" ||
			!strings.Contains(w.Body.String(), "full") {
			t.Errorf("%s: status %d, %v, %s", name, w.Code, w.Header(), w.Body)
		}
		s.Close()
	}
}

// TestStoredBounded checks that what cannot be stored does not fill the memory, and that all goes
// on when there is room again.
func TestStoredBounded(t *testing.T) {
	data := &fickle{}
	s := &Server{Data: data}
	defer s.Close()
	post := func() int {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/2010-04-01/Accounts/"+
			DefaultAccountSID+"/Messages.json", strings.NewReader("To=%2B12025550142&From=%2B12025550100"+
			"&Body=hello&StatusCallback=http://x.example/"+strings.Repeat("x", 100_000)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(DefaultAccountSID, DefaultAuthToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	before := post()
	data.full = true
	for range 300 {
		if code := post(); code != http.StatusServiceUnavailable {
			t.Fatalf("status %d while nothing can be stored", code)
		}
	}
	if n := s.Account().Journal.Last(); n > 150 {
		t.Errorf("%d events have happened", n)
	}
	data.full = false
	if code := post(); code != before {
		t.Errorf("status %d when there is room, before %d", code, before)
	}
}

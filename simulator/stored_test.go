package simulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
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

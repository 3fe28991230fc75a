package storage_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/storage"
)

// BenchmarkCreate compares a create that is stored with one that is not.
func BenchmarkCreate(b *testing.B) {
	for _, stored := range []bool{false, true} {
		b.Run(map[bool]string{false: "memory", true: "file"}[stored], func(b *testing.B) {
			s := &simulator.Server{Keep: 10_000}
			if stored {
				file, err := storage.Open(filepath.Join(b.TempDir(), "data.db"), storage.Options{Keep: 10_000})
				if err != nil {
					b.Fatal(err)
				}
				defer file.Close()
				s.Data = file
			}
			defer s.Close()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					create(b, s)
				}
			})
		})
	}
}

// create sends a message by the API.
func create(b *testing.B, s *simulator.Server) {
	r := httptest.NewRequest(http.MethodPost, "http://localhost/2010-04-01/Accounts/"+
		simulator.DefaultAccountSID+"/Messages.json",
		strings.NewReader("To=%2B12025550142&From=%2B12025550100&Body=hello"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		b.Fatal(w.Code, w.Body)
	}
}

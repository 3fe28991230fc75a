package attachment

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/control"
)

func serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/a/cat.png":
		w.Header().Set("Content-Type", "image/png")
		w.Write([]byte("cat"))
	case "/big":
		w.Write(make([]byte, maxFetched+1))
	case "/short":
		w.Header().Set("Content-Length", "10")
		w.Write([]byte("short"))
	default:
		http.NotFound(w, r)
	}
}

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("a", 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("a/dog.txt", []byte("dog"), 0o666); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(serve))
	defer server.Close()
	for name, want := range map[string]control.Media{
		"a/dog.txt":                    {Name: "dog.txt", Data: []byte("dog")},
		server.URL + "/a/cat.png?v=1#": {Name: "cat.png", ContentType: "image/png", Data: []byte("cat")},
	} {
		got, err := Read(t.Context(), name)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
	for _, tt := range []struct {
		name   string
		misuse bool
		why    string
	}{
		{"missing", true, "no such file"},
		{"http://[/", true, "missing ']'"},
		{server.URL + "/none", false, "the answer is 404 Not Found"},
		{server.URL + "/big", false, "larger than 12 MiB"},
		{server.URL + "/short", false, "ended early"},
		{"nope://host/", false, "unsupported protocol"},
	} {
		_, err := Read(t.Context(), tt.name)
		var e *Error
		if !errors.As(err, &e) || e.Misuse != tt.misuse || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

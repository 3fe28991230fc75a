// Package attachment reads the media of a text from a file or from a URL, for the handset that
// sends it.
package attachment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"twilsim/simulator/control"
)

// maxFetched is the size of the largest file that is fetched, in bytes. The simulator accepts
// 16 MiB for a text with its files in base64, which is a third longer than the files.
const maxFetched = 12 << 20

// Error reports an attachment that cannot be read. Misuse is true if no other try can succeed: the
// file does not exist, or the URL is not one.
type Error struct {
	Name   string
	Misuse bool
	Err    error
}

// Error names the file or the URL.
func (e *Error) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// Read reads a file, or fetches what is at an http or https URL, up to 12 MiB. Errors are of type
// [*Error].
func Read(ctx context.Context, name string) (control.Media, error) {
	if strings.Contains(name, "://") {
		return fetch(ctx, name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return control.Media{}, &Error{Name: name, Misuse: true, Err: err}
	}
	return control.Media{Name: filepath.Base(name), Data: data}, nil
}

func fetch(ctx context.Context, url string) (control.Media, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return control.Media{}, &Error{Name: url, Misuse: true, Err: err}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return control.Media{}, &Error{Name: url, Err: err}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return control.Media{}, &Error{Name: url, Err: errors.New("the answer is " + resp.Status)}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxFetched+1))
	if err != nil {
		return control.Media{}, &Error{Name: url, Err: fmt.Errorf("the download ended early: %w", err)}
	}
	if len(data) > maxFetched {
		return control.Media{}, &Error{
			Name: url, Err: fmt.Errorf("the file is larger than %d MiB", maxFetched>>20),
		}
	}
	return control.Media{
		Name: path.Base(req.URL.Path), ContentType: resp.Header.Get("Content-Type"), Data: data,
	}, nil
}

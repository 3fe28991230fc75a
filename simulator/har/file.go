package har

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"twilsim/simulator/lazy"
	"twilsim/simulator/mask"
)

// Writer writes an archive, one entry at a time. Its first error is kept and returned by all that
// follows. It is not safe for concurrent use.
type Writer struct {
	out   *bufio.Writer
	first bool
	err   error
}

// NewWriter begins an archive on w, made by this version of twilsim.
func NewWriter(w io.Writer, version string) *Writer {
	out := &Writer{out: bufio.NewWriter(w), first: true}
	creator, err := json.Marshal(map[string]string{"name": "twilsim", "version": version})
	out.err = err
	out.print(`{"log":{"version":"1.2","creator":` + string(creator) + `,"entries":[`)
	return out
}

func (w *Writer) print(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

// Write writes an entry. Secrets are masked in the entry's JSON, so that they are found in any of
// its fields.
func (w *Writer) Write(e Entry) error {
	if !w.first {
		w.print(",")
	}
	w.first = false
	w.print("\n")
	if w.err == nil {
		var line strings.Builder
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		w.err = encoder.Encode(e) // with a line break
		w.print(mask.JSON(line.String()))
	}
	return w.err
}

// Close ends the archive. It does not close the underlying writer.
func (w *Writer) Close() error {
	w.print("]}}\n")
	if w.err == nil {
		w.err = w.out.Flush()
	}
	return w.err
}

var beginning = lazy.Regexp(`^(?:\x{FEFF})?\s*\{\s*"log"\s*:`)

// Is reports whether a file with this beginning is an archive.
func Is(head []byte) bool { return beginning().Match(head) }

// EntryError says which entry of an archive is wrong.
type EntryError struct {
	N   int // from 1
	Err error
}

// Error returns the number of the entry and what is wrong with it.
func (e *EntryError) Error() string { return fmt.Sprintf("entry %d: %v", e.N, e.Err) }

// Unwrap returns what is wrong.
func (e *EntryError) Unwrap() error { return e.Err }

// Read reads an archive and passes each entry to take. An error of take stops it. Errors of take,
// and errors about an entry, are returned as an [*EntryError]. An archive with an error is read up
// to that entry.
func Read(r io.Reader, take func(*Entry) error) error {
	in := bufio.NewReader(r)
	if c, _, err := in.ReadRune(); err == nil && c != '\uFEFF' {
		_ = in.UnreadRune() // it was just read
	}
	d := json.NewDecoder(in)
	found := false
	err := members(d, func(key string) error {
		if key != "log" {
			return skip(d)
		}
		return members(d, func(key string) error {
			if key != "entries" {
				return skip(d)
			}
			found = true
			return readEntries(d, take)
		})
	})
	if err == nil && !found {
		err = fmt.Errorf("there are no entries in the archive")
	}
	return err
}

func readEntries(d *json.Decoder, take func(*Entry) error) error {
	if err := want(d, json.Delim('[')); err != nil {
		return err
	}
	for n := 1; d.More(); n++ {
		e := &Entry{}
		err := d.Decode(e)
		if err == nil {
			err = take(e)
		}
		if err != nil {
			return &EntryError{n, err}
		}
	}
	return want(d, json.Delim(']'))
}

// members reads an object and calls each for every key; each must read the value.
func members(d *json.Decoder, each func(key string) error) error {
	if err := want(d, json.Delim('{')); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if err := each(fmt.Sprint(key)); err != nil {
			return err
		}
	}
	return want(d, json.Delim('}'))
}

func want(d *json.Decoder, delim json.Delim) error {
	token, err := d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	if token != delim {
		return fmt.Errorf("found %v at byte %d, want %v", token, d.InputOffset(), delim)
	}
	return nil
}

func skip(d *json.Decoder) error {
	var value json.RawMessage
	return d.Decode(&value)
}

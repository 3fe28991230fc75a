package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"twilsim/simulator/jsonobject"
	"twilsim/simulator/mask"
	"twilsim/simulator/suggest"
)

// The most bytes that the body of a request may have: 1 MiB, 16 MiB for a text, and 1 GiB for an
// import. A longer body is refused with 413.
const (
	maxBody     = 1 << 20
	maxTextBody = 16 << 20 // files are in base64
	maxImport   = 1 << 30
)

// decode reads the body of a request into the struct that v points to. An empty body leaves the
// struct unchanged. Whether a body may be missing is the handler's matter: it checks the fields
// that it needs with required. The error is an [*Error] with status 400, or the
// [http.MaxBytesError] that asError turns into 413.
func decode(r *http.Request, v any) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return err
		}
		return bad("the body could not be read: "+err.Error(), "")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	return decodeJSON(data, v)
}

// decodeJSON reads one JSON object, with nothing after it, into the struct that v points to.
func decodeJSON(data []byte, v any) error {
	if data := bytes.TrimSpace(data); len(data) == 0 || data[0] != '{' {
		return bad("the body is not a JSON object", "{…}")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	// a misspelt field would otherwise be ignored, and the request would do something else
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return jsonError(err, v)
	}
	if _, err := d.Token(); err != io.EOF {
		return bad("there is more after the JSON object", "one object")
	}
	return nil
}

// jsonError turns an error of the decoder into one that names the field. encoding/json has no error
// type for an unknown field, only its text.
func jsonError(err error, v any) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	name, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case unknown:
		if plain, err := strconv.Unquote(name); err == nil {
			name = plain
		}
		return unknownField(name, fieldsOf(reflect.TypeOf(v).Elem()))
	case errors.As(err, &syntax):
		return bad(fmt.Sprintf("the body is not JSON: %v, at byte %d", err, syntax.Offset), "")
	case errors.As(err, &mismatch):
		return bad(fmt.Sprintf("field %q has the wrong type: %s", jsonPath(mismatch.Field),
			mismatch.Value), jsonType(mismatch.Type))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return bad("the body is not JSON: it ends too early", "")
	}
	return err // from the UnmarshalJSON of a field's type
}

// jsonPath removes embedded structs from a field's path, because JSON does not show them. Their
// names have capitals.
func jsonPath(path string) string {
	names := slices.DeleteFunc(strings.Split(path, "."),
		func(name string) bool { return name != strings.ToLower(name) })
	return strings.Join(names, ".")
}

func unknownField(name string, known []string) error {
	e := bad("unknown field "+quote(name), "")
	switch near := suggest.Nearest(name, known); {
	case near != "":
		e.Try = near
	case len(known) > 0:
		e.Try = "one of " + strings.Join(known, " ")
	default:
		e.Try = "no body"
	}
	return e
}

// fieldsOf returns the JSON names of a struct's fields, and those of the structs inside it. An
// error about an inner field suggests an outer one only if no inner one is nearer: the decoder does
// not say in which struct the unknown field was.
func fieldsOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for field := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(field).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			names = append(names, name)
			names = append(names, fieldsOf(t.Field(field).Type)...)
		}
	}
	return names
}

// jsonType is the JSON type of a Go type. It is what an error tells the user to write, so it has
// JSON's words.
func jsonType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return jsonType(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "string of base64"
		}
		return "list"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "whole number"
	case reflect.Float64:
		return "number"
	}
	return "JSON object"
}

// required returns an error for the first field that is missing. Names and values alternate. It is
// for fields whose empty value is never meant; a field that may be empty is a pointer.
func required(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return bad("the field "+quote(pairs[i])+" is missing", "")
		}
	}
	return nil
}

// writeJSON answers with v, without credentials unless secrets is true.
func writeJSON(w http.ResponseWriter, status int, v any, secrets bool) {
	w.Header().Set("Content-Type", "application/json")
	buffer := lineBuffers.Get().(*[]byte)
	line, err := appendLine((*buffer)[:0], v)
	if err != nil {
		status = http.StatusInternalServerError
		line, _ = appendLine(nil, &Error{Message: err.Error()}) // encoding an Error never fails
	}
	w.WriteHeader(status)
	// nothing to do when the client has gone
	if mask.Unchanged(line) && !bytes.Contains(line, []byte(authorizationField)) {
		_, _ = w.Write(line) // most lines, without a copy
	} else {
		text := mask.JSON(string(line))
		if !secrets {
			text = masked(text)
		}
		_, _ = io.WriteString(w, text)
	}
	if cap(line) <= mostKept {
		*buffer = line
		lineBuffers.Put(buffer)
	}
}

// lineBuffers are for the lines of answers, which have several kilobytes. Larger ones than mostKept
// are not kept.
var lineBuffers = sync.Pool{New: func() any { return new([]byte) }}

const mostKept = 64 << 10

// Prepare does what the first text of a process would wait for otherwise: encoding/json looks at
// all fields of a type when it meets the type.
func Prepare() { _ = decodeJSON([]byte("{}"), &Text{}) }

// encodeJSON writes a line of JSON, without characters that may control a terminal.
func encodeJSON(w io.Writer, v any) error {
	text, err := lineOf(v)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

// lineOf returns a line of JSON. Control characters of messages, which a terminal would obey, leave
// it as \u escapes.
func lineOf(v any) (string, error) {
	line, err := appendLine(nil, v)
	return mask.JSON(string(line)), err
}

// appendLine appends a line of JSON. Delivery scripts contain >, which encoding/json would escape
// for HTML.
func appendLine(b []byte, v any) ([]byte, error) {
	if w := writerOf(v); w != nil {
		o := jsonobject.BeginPlain(b)
		w.WriteJSON(&o)
		return append(o.End(), '\n'), nil
	}
	line := bytes.NewBuffer(b)
	e := json.NewEncoder(line)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return line.Bytes(), err
}

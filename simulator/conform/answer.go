package conform

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// answer is what a server answered. Its tree is nil where the body is neither JSON nor XML.
type answer struct {
	status int
	header http.Header
	body   string
	tree   any // *object, []any, string, json.Number, bool or nil
}

// object is a JSON object or an XML element, with its keys as they stood.
type object struct {
	keys   []string
	values map[string]any // of a repeated key the first
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) add(key string, value any) {
	o.keys = append(o.keys, key)
	if _, ok := o.values[key]; !ok {
		o.values[key] = value
	}
}

// readAnswer reads the body as what its Content-Type says.
func readAnswer(resp *http.Response, body []byte) *answer {
	a := &answer{status: resp.StatusCode, header: resp.Header, body: string(body)}
	var err error
	switch kind := resp.Header.Get("Content-Type"); {
	case strings.Contains(kind, "json"):
		a.tree, err = readJSON(json.NewDecoder(bytes.NewReader(body)))
	case strings.Contains(kind, "xml"):
		a.tree, err = readXML(xml.NewDecoder(bytes.NewReader(body)))
	}
	if err != nil {
		a.tree = nil // the checks then report the fields as missing
	}
	return a
}

// field returns the value at a path such as messages.0.sid; "." is the whole answer.
func (a *answer) field(path string) (any, bool) {
	if path == "." {
		return a.tree, a.tree != nil
	}
	here := a.tree
	for part := range strings.SplitSeq(path, ".") {
		switch node := here.(type) {
		case *object:
			value, ok := node.values[part]
			if !ok {
				return nil, false
			}
			here = value
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(node) {
				return nil, false
			}
			here = node[i]
		default:
			return nil, false
		}
	}
	return here, true
}

// text returns a value as a test sees it: strings without quotes, all else as JSON.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return encode(value)
}

// encode writes a value as JSON, keys as they stood.
func encode(value any) string {
	switch v := value.(type) {
	case *object:
		parts := make([]string, len(v.keys))
		for i, key := range v.keys {
			parts[i] = encode(key) + ": " + encode(v.values[key])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = encode(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // a string can always be encoded
		return strings.TrimSuffix(b.String(), "\n")
	case nil:
		return "null"
	}
	return fmt.Sprint(value)
}

// readJSON reads one value, and keeps the order of keys. A map would lose the order, which some
// facts state.
func readJSON(d *json.Decoder) (any, error) {
	d.UseNumber()
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := newObject()
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := readJSON(d)
			if err != nil {
				return nil, err
			}
			o.add(fmt.Sprint(key), value)
		}
		_, err := d.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for d.More() {
			value, err := readJSON(d)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

// readXML reads a document: an object with its root element.
func readXML(d *xml.Decoder) (any, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			root := newObject()
			value, err := readElement(d, start)
			root.add(start.Name.Local, value)
			return root, err
		}
	}
}

// readElement reads what is in an element: its text, or an object where it has children or
// attributes.
func readElement(d *xml.Decoder, start xml.StartElement) (any, error) {
	o := newObject()
	for _, attribute := range start.Attr {
		o.add("@"+attribute.Name.Local, attribute.Value)
	}
	var text strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			value, err := readElement(d, t)
			if err != nil {
				return nil, err
			}
			o.add(t.Name.Local, value)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if len(o.keys) == 0 {
				return text.String(), nil
			}
			return o, nil
		}
	}
}

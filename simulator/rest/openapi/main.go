// Command openapi reduces Twilio's OpenAPI documents to the data that the tests of package rest
// need: the operations with their parameters, statuses, response keys, types, formats,
// nullability and words. Descriptions, examples, headers and the parameters of paths are left
// out. What remains is still an OpenAPI document, one operation or schema a line, so that a diff
// shows what Twilio changed.
//
// Run it from the top of the repository, with the folder that has Twilio's documents:
//
//	go run ./simulator/rest/openapi ../shared/openapi
//
// It rewrites the .json files beside its source. The documents are those of twilio/twilio-oai,
// whose licence is in the file LICENSE.
//
// For the products of which there is no document it reads Twilio's Go SDK instead, which is made
// from the same documents and under the same licence:
//
//	go run ./simulator/rest/openapi -sdk "$(go list -m -f '{{.Dir}}' github.com/twilio/twilio-go)"
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// folder is where the digests are, seen from the top of the repository.
const folder = "simulator/rest/openapi"

// documents are the names of Twilio's documents, and of their digests.
var documents = []string{"twilio_api_v2010.json", "twilio_messaging_v1.json"}

func main() {
	work, args := run, os.Args[1:]
	if len(args) > 0 && args[0] == "-sdk" {
		work, args = runSDK, args[1:]
	}
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: go run ./simulator/rest/openapi [-sdk] FOLDER")
		os.Exit(2)
	}
	if err := work(args[0], folder); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// run writes the digests of the documents in one folder into another.
func run(from, to string) error {
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		short, err := digest(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(to, name), short, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// node is a JSON object.
type node = map[string]any

// document is what of an OpenAPI document is read.
type document struct {
	OpenAPI string
	Info    struct{ Title, Version string }
	Paths   map[string]node

	Components struct{ Schemas node }
}

// digest returns the digest of an OpenAPI document.
func digest(text []byte) ([]byte, error) {
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b,
		"{\n\"openapi\": %q,\n\"info\": {\"title\": %q, \"version\": %q},\n\"paths\": {\n",
		doc.OpenAPI, doc.Info.Title, doc.Info.Version)
	for i, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		comma(&b, i)
		fmt.Fprintf(&b, "%q: {\n", path)
		if err := writeLines(&b, operationsOf(doc.Paths[path]), operation); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		b.WriteString("}")
	}
	b.WriteString("\n},\n\"components\": {\"schemas\": {\n")
	if err := writeLines(&b, doc.Components.Schemas, schema); err != nil {
		return nil, err
	}
	b.WriteString("}}\n}\n")
	return b.Bytes(), nil
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteString(",\n")
	}
}

// writeLines writes the members of an object, each shortened and on a line of its own.
func writeLines(b *bytes.Buffer, members node, shorten func(node) (node, error)) error {
	for i, name := range slices.Sorted(maps.Keys(members)) {
		short, err := shorten(object(members[name]))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		comma(b, i)
		fmt.Fprintf(b, "%q: ", name)
		line := json.NewEncoder(b)
		line.SetEscapeHTML(false) // for DateSent<
		if err := line.Encode(short); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the end of the line, which comma writes
	}
	b.WriteString("\n")
	return nil
}

// object returns v as an object, an empty one where it is none.
func object(v any) node {
	o, _ := v.(node)
	return o
}

// operationsOf returns the operations among the members of a path.
func operationsOf(path node) node {
	operations := node{}
	for name, member := range path {
		if slices.Contains([]string{"get", "post", "put", "patch", "delete"}, name) {
			operations[name] = member
		}
	}
	return operations
}

// operation shortens an operation.
func operation(o node) (node, error) {
	short := node{"operationId": o["operationId"]}
	parameters, err := queryParameters(o["parameters"])
	if err != nil {
		return nil, err
	}
	if len(parameters) > 0 {
		short["parameters"] = parameters
	}
	if body := object(o["requestBody"]); body != nil {
		if short["requestBody"], err = content(body); err != nil {
			return nil, err
		}
	}
	responses := node{}
	for status, response := range object(o["responses"]) {
		answer, err := content(object(response))
		if err != nil {
			return nil, err
		}
		answer["description"] = "" // an OpenAPI document must have one
		responses[status] = answer
	}
	short["responses"] = responses
	return short, nil
}

// queryParameters leaves out the parameters of the path, whose names are in the path itself.
func queryParameters(list any) ([]node, error) {
	var short []node
	all, _ := list.([]any)
	for _, p := range all {
		parameter := object(p)
		if parameter["in"] == "path" {
			continue
		}
		s, err := schema(object(parameter["schema"]))
		if err != nil {
			return nil, err
		}
		short = append(short, node{"name": parameter["name"], "in": parameter["in"], "schema": s})
	}
	return short, nil
}

// content shortens a request or a response: a schema for each media type.
func content(body node) (node, error) {
	types := node{}
	for mediaType, member := range object(body["content"]) {
		s, err := schema(object(object(member)["schema"]))
		if err != nil {
			return nil, err
		}
		types[mediaType] = node{"schema": s}
	}
	if len(types) == 0 {
		return node{}, nil
	}
	return node{"content": types}, nil
}

// schema shortens a schema. A word that is neither kept nor known to be of no use is an error, so
// that nothing new is lost in silence.
func schema(s node) (node, error) {
	short := node{}
	for word, value := range s {
		if strings.HasPrefix(word, "x-") {
			continue
		}
		var err error
		switch word {
		case "type", "format", "nullable", "enum", "$ref", "pattern", "required",
			"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems":
			short[word] = value
		case "items":
			short[word], err = schema(object(value))
		case "properties":
			properties := node{}
			for name, property := range object(value) {
				if properties[name], err = schema(object(property)); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
			short[word] = properties
		case "description", "title", "example", "default":
		default:
			err = fmt.Errorf("unknown schema keyword %q: add it to those that are kept or left out",
				word)
		}
		if err != nil {
			return nil, err
		}
	}
	return short, nil
}

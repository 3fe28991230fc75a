package content

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/lazy"
)

// Variables are the values of a template's variables by their keys.
type Variables map[string]string

// The limits of F-694 and F-695.
const (
	maxKey       = 16
	maxVariables = 100
	maxValue     = 1600
)

// placeholder is a variable of a template, {{1}} or {{ Name }} (F-694).
var placeholder = lazy.Regexp(`\{\{\s*(\w+)\s*\}\}`)

// placeholders returns the keys in a text, in their order, each once. An error is a tag of Mustache
// that is none (F-698).
func placeholders(s string) ([]string, error) {
	var keys []string
	for _, match := range placeholder().FindAllStringSubmatch(s, -1) {
		if !slices.Contains(keys, match[1]) {
			keys = append(keys, match[1])
		}
	}
	rest := placeholder().ReplaceAllString(s, "")
	if i := strings.Index(rest, "{{"); i >= 0 {
		return keys, fmt.Errorf("%.40q is not a placeholder such as {{1}} or {{Name}}", rest[i:])
	}
	return keys, nil
}

// ParseVariables reads ContentVariables, a JSON object whose values are neither null nor empty, and
// have no malformed placeholder (F-605, F-697). A number or a boolean stands for its text
// [inferred].
func ParseVariables(s string) (Variables, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s), &object); err != nil || object == nil {
		return nil, fmt.Errorf("%.40q is not a JSON object", s)
	}
	values := Variables{}
	for key, raw := range object {
		value, err := scalar(raw)
		switch {
		case err != nil:
			return nil, fmt.Errorf("variable %q: %w", key, err)
		case value == "":
			return nil, fmt.Errorf("variable %q is empty", key)
		case utf8.RuneCountInString(value) > maxValue:
			return nil, fmt.Errorf("variable %q has more than %d characters", key, maxValue)
		}
		if _, err := placeholders(value); err != nil {
			return nil, fmt.Errorf("variable %q: %w", key, err)
		}
		values[key] = value
	}
	return values, nil
}

// scalar returns a JSON text, number or boolean as a text.
func scalar(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case '"':
		var value string
		err := json.Unmarshal(raw, &value)
		return value, err
	case '{', '[', 'n':
		return "", fmt.Errorf("%.40s is not a text", raw)
	}
	return string(raw), nil
}

// fill puts values into the placeholders of a text.
func fill(s string, values Variables) string {
	if !strings.Contains(s, "{{") {
		return s
	}
	return placeholder().ReplaceAllStringFunc(s, func(match string) string {
		key := placeholder().FindStringSubmatch(match)[1]
		if value, ok := values[key]; ok {
			return value
		}
		return match
	})
}

package conform

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check is one expectation. compare returns what the fact says and what the server answered, each
// as a line; they are equal where the answer is one that the fact allows. also adds an alternative
// from another line of the probe; nil where a check has none.
type check struct {
	name    string
	compare func(*answer, *variables) (want, got string)
	also    func(alternative string)
}

// checks are the directives that state an expectation.
var checks = map[string]func(string) (check, error){
	"status": expectStatus, "code": expectCode, "message": expectMessage, "header": expectHeader,
	"keys": expectKeys, "has": expectHas, "absent": expectAbsent, "value": expectValue,
	"type": expectType, "match": expectMatch, "count": expectCount, "body": expectBody,
}

const missing = "missing"

// either returns the lines of a comparison with several right answers.
func either(label, got string, allowed []string) (want, line string) {
	line = label + " " + got
	if slices.Contains(allowed, got) {
		return line, line
	}
	return label + " " + strings.Join(allowed, " or "), line
}

// matching returns the lines of a comparison with a regular expression. The pattern was compiled
// before with each variable as x, so it is valid unless a value breaks it.
func matching(label, got, pattern string) (want, line string) {
	line = label + " " + got
	if regexp.MustCompile(`(?s)^(?:` + pattern + `)$`).MatchString(got) {
		return line, line
	}
	return label + " matching " + pattern, line
}

func expectStatus(rest string) (check, error) {
	allowed, err := numbers(rest)
	return check{compare: func(a *answer, _ *variables) (string, string) {
		return either("status", strconv.Itoa(a.status), allowed)
	}}, err
}

func expectCode(rest string) (check, error) {
	allowed, err := numbers(rest)
	return check{compare: func(a *answer, _ *variables) (string, string) {
		return either("code", a.error("code", "Code"), allowed)
	}}, err
}

// numbers reads 400|429.
func numbers(rest string) ([]string, error) {
	all := strings.Split(rest, "|")
	for _, word := range all {
		if _, err := strconv.Atoi(word); err != nil {
			return nil, fmt.Errorf("%q is not a number", word)
		}
	}
	return all, nil
}

// error returns a field of an error: of JSON, or of a RestException (F-384).
func (a *answer) error(field, element string) string {
	if value, ok := a.field(field); ok {
		return text(value)
	}
	if value, ok := a.field("TwilioResponse.RestException." + element); ok {
		return text(value)
	}
	return missing
}

func expectMessage(rest string) (check, error) {
	texts := []string{rest}
	return check{
		also: func(alternative string) { texts = append(texts, alternative) },
		compare: func(a *answer, v *variables) (string, string) {
			allowed := make([]string, len(texts))
			for i, text := range texts {
				allowed[i] = v.expand(text)
			}
			return either("message", a.error("message", "Message"), allowed)
		},
	}, nil
}

func expectHeader(rest string) (check, error) {
	name, pattern, err := fieldAndPattern(rest)
	return check{compare: func(a *answer, v *variables) (string, string) {
		got := missing
		if values := a.header.Values(name); len(values) > 0 {
			got = strings.Join(values, ", ")
		}
		return matching("header "+name, got, v.expandPattern(pattern))
	}}, err
}

// fieldAndPattern reads FIELD REGEXP.
func fieldAndPattern(rest string) (field, pattern string, err error) {
	field, pattern, ok := strings.Cut(rest, " ")
	if !ok {
		return "", "", errors.New("this takes a name and a regular expression")
	}
	_, err = regexp.Compile(variablePattern().ReplaceAllString(pattern, "x"))
	return field, pattern, err
}

// keysAt returns the keys of the object at path, of an array's item the path has its index.
func (a *answer) keysAt(path string) ([]string, bool) {
	value, ok := a.field(path)
	o, isObject := value.(*object)
	if !ok || !isObject {
		return nil, false
	}
	return o.keys, true
}

func expectKeys(rest string) (check, error) {
	words := strings.Fields(rest)
	if len(words) < 2 {
		return check{}, errors.New("keys takes FIELD KEY, and may have more keys")
	}
	return check{compare: func(a *answer, _ *variables) (string, string) {
		got, ok := a.keysAt(words[0])
		if !ok {
			got = []string{missing}
		}
		label := "keys " + words[0] + ": "
		return label + strings.Join(words[1:], " "), label + strings.Join(got, " ")
	}}, nil
}

func expectHas(rest string) (check, error) {
	words := strings.Fields(rest)
	if len(words) < 2 {
		return check{}, errors.New("has takes FIELD KEY, and may have more keys")
	}
	return check{compare: func(a *answer, _ *variables) (string, string) {
		all, _ := a.keysAt(words[0])
		var got []string
		for _, key := range words[1:] {
			if slices.Contains(all, key) {
				got = append(got, key)
			}
		}
		label := "has " + words[0] + ": "
		return label + strings.Join(words[1:], " "), label + strings.Join(got, " ")
	}}, nil
}

func expectAbsent(rest string) (check, error) {
	return check{compare: func(a *answer, _ *variables) (string, string) {
		label := rest + " "
		if value, ok := a.field(rest); ok {
			return label + "absent", label + encode(value)
		}
		return label + "absent", label + "absent"
	}}, nil
}

func expectValue(rest string) (check, error) {
	field, want, ok := strings.Cut(rest, " ")
	if !ok || !json.Valid([]byte(want)) {
		return check{}, errors.New(`value takes FIELD JSON, such as value status "queued"`)
	}
	return check{compare: func(a *answer, v *variables) (string, string) {
		got := missing
		if value, ok := a.field(field); ok {
			got = encode(value)
		}
		return field + " " + v.expand(want), field + " " + got
	}}, nil
}

func expectType(rest string) (check, error) {
	field, kinds, ok := strings.Cut(rest, " ")
	all := []string{"string", "integer", "number", "boolean", "object", "array", "null"}
	if !ok {
		return check{}, errors.New("type takes FIELD KIND|KIND")
	}
	allowed := strings.Split(kinds, "|")
	for _, kind := range allowed {
		if !slices.Contains(all, kind) {
			return check{}, unknown("type", kind, all)
		}
	}
	return check{compare: func(a *answer, _ *variables) (string, string) {
		got := missing
		if value, ok := a.field(field); ok {
			got = kindOf(value)
		}
		if got == "integer" && slices.Contains(allowed, "number") {
			got = "number"
		}
		return either("type of "+field+":", got, allowed)
	}}, nil
}

// kindOf returns the JSON type of a value; a whole number is an integer.
func kindOf(value any) string {
	switch v := value.(type) {
	case *object:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	}
	return "null"
}

func expectMatch(rest string) (check, error) {
	field, pattern, err := fieldAndPattern(rest)
	return check{compare: func(a *answer, v *variables) (string, string) {
		got := missing
		if value, ok := a.field(field); ok {
			got = text(value)
		}
		return matching(field, got, v.expandPattern(pattern))
	}}, err
}

func expectCount(rest string) (check, error) {
	field, want, _ := strings.Cut(rest, " ")
	if _, err := strconv.Atoi(want); err != nil {
		return check{}, errors.New("count takes FIELD N")
	}
	return check{compare: func(a *answer, _ *variables) (string, string) {
		got := missing
		if value, ok := a.field(field); ok {
			if list, ok := value.([]any); ok {
				got = strconv.Itoa(len(list))
			}
		}
		label := "items of " + field + ": "
		return label + want, label + got
	}}, nil
}

func expectBody(rest string) (check, error) {
	_, err := regexp.Compile(variablePattern().ReplaceAllString(rest, "x"))
	return check{compare: func(a *answer, v *variables) (string, string) {
		return matching("body", a.body, v.expandPattern(rest))
	}}, err
}

package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"twilsim/simulator/carrier"
)

// ReadRules reads a file of rules: a YAML list whose items have the words of a rule as their keys.
//
//	# the handset is off twice, then it is on
//	- to: +12025550142
//	  then: unreachable
//	  times: 2
//	- webhook: status
//	  fault: [delay:5s, duplicate]
//	- api: POST:Messages
//	  respond: 500
//
// Errors about its content are of type [*Error] and name the file, the line and the column.
func ReadRules(path string) ([]carrier.Rule, error) {
	data, err := readText(path)
	if err != nil {
		return nil, unreadable("the rules file", path, err)
	}
	return parseRules(path, data)
}

func parseRules(path string, data []byte) ([]carrier.Rule, error) {
	file, err := parseYAML(path, data)
	if err != nil {
		return nil, err
	}
	var rules []carrier.Rule
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue // nothing but comments
		}
		list, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, at(path, doc.Body, "want a list of rules").
				try("- to: +1202*", "  then: unreachable")
		}
		for _, item := range list.Values {
			rule, err := parseRuleNode(path, item)
			if err != nil {
				return nil, err
			}
			rules = append(rules, rule)
		}
	}
	return rules, nil
}

// syntaxError says where a file is not valid YAML.
func syntaxError(path string, err error) error {
	var syntax yaml.Error
	if !errors.As(err, &syntax) || syntax.GetToken() == nil {
		return errorf("%s: %v", path, err)
	}
	position := syntax.GetToken().Position
	return errorf("%s:%d:%d: %s", path, position.Line, position.Column, syntax.GetMessage())
}

// at is an error at the place of a node.
func at(path string, node ast.Node, format string, args ...any) *Error {
	position := node.GetToken().Position
	return errorf("%s:%d:%d: %s", path, position.Line, position.Column,
		fmt.Sprintf(format, args...))
}

// parseRuleNode reads one rule. It makes words of the mapping, as the command line has them, so
// that there is one parser of rules.
func parseRuleNode(path string, item ast.Node) (carrier.Rule, error) {
	mapping, ok := item.(*ast.MappingNode)
	if !ok {
		return carrier.Rule{}, at(path, item, "a rule is a mapping, such as").try("- to: +1202*",
			"  then: unreachable")
	}
	var words []string
	for _, pair := range mapping.Values {
		key := pair.Key.GetToken().Value
		word, _ := carrier.LookupWord(key) // of an unknown word, carrier says what is wrong
		value, ok := scalar(pair.Value)
		if list, isList := pair.Value.(*ast.SequenceNode); isList && word.List {
			value, ok = scalars(list)
		}
		if !ok {
			return carrier.Rule{}, at(path, pair.Value, "%s: want one value", key)
		}
		switch {
		case word.Name == "" || !word.Flag():
			words = append(words, key+"="+value)
		case value == "true":
			words = append(words, key)
		case value != "false":
			return carrier.Rule{}, at(path, pair.Value, "%s: want true or false, not %q",
				key, value)
		}
	}
	rule, err := carrier.ParseRule(words)
	if err != nil {
		return carrier.Rule{}, at(path, blame(mapping, err), "").within(RuleError(err))
	}
	return rule, nil
}

// scalar returns a value as it is written: YAML would read +12025550142 as a number.
func scalar(node ast.Node) (string, bool) {
	if _, ok := node.(ast.ScalarNode); !ok {
		return "", false
	}
	if s, ok := node.(*ast.StringNode); ok {
		return s.Value, true
	}
	if s, ok := node.(*ast.LiteralNode); ok {
		return strings.TrimSpace(s.Value.Value), true
	}
	return node.GetToken().Value, true
}

// scalars joins the values of a list with commas, as the word fault takes them.
func scalars(list *ast.SequenceNode) (string, bool) {
	values := make([]string, len(list.Values))
	for i, node := range list.Values {
		var ok bool
		if values[i], ok = scalar(node); !ok {
			return "", false
		}
	}
	return strings.Join(values, ","), true
}

// blame finds the value that an error of package carrier is about: the error begins with its key,
// or quotes it. Without a match it is the first key, which is where a reader looks for the rule.
func blame(mapping *ast.MappingNode, err error) ast.Node {
	for _, pair := range mapping.Values {
		key := pair.Key.GetToken().Value
		switch text := err.Error(); {
		case strings.HasPrefix(text, key+": "), strings.HasPrefix(text, key+" "):
			return pair.Value
		case strings.Contains(text, fmt.Sprintf("unknown word %q", key)):
			return pair.Key
		}
	}
	if len(mapping.Values) == 0 {
		return mapping
	}
	return mapping.Values[0].Key
}

// RuleError turns an error of [carrier.ParseRule], or about one of its words, into an error that
// has the suggestion apart.
func RuleError(err error) *Error {
	e := &Error{Err: err}
	var script *carrier.ScriptError
	if errors.As(err, &script) {
		before, _, _ := strings.Cut(err.Error(), script.What)
		e.What, e.Try = before+script.What, []string{script.Try}
		return e
	}
	what, try, _ := strings.Cut(err.Error(), ", did you mean ")
	e.What = what
	if try != "" {
		return e.try(strings.TrimSuffix(try, "?"))
	}
	if what, try, ok := strings.Cut(e.What, ", want "); ok {
		e.What = what
		return e.try(try)
	}
	return e
}

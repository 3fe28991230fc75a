package webhook

import (
	"net/url"
	"strings"
)

// Param is one parameter of a webhook.
type Param struct{ Name, Value string }

// Params are the parameters of a webhook in the order in which they go over the wire.
type Params []Param

// Get returns the first value of the parameter, "" where there is none.
func (p Params) Get(name string) string {
	for _, param := range p {
		if param.Name == name {
			return param.Value
		}
	}
	return ""
}

// Set replaces the parameter's value, or appends the parameter where there is none.
func (p Params) Set(name, value string) Params {
	for i := range p {
		if p[i].Name == name {
			p[i].Value = value
			return p
		}
	}
	return append(p, Param{name, value})
}

// Encode writes the parameters as a form: UTF-8, a space as +, a plus as %2B (F-029).
func (p Params) Encode() string {
	b := make([]byte, 0, 1024) // the string gets its own size: thousands of them are kept
	for i, param := range p {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(b, url.QueryEscape(param.Name)...)
		b = append(b, '=')
		b = append(b, url.QueryEscape(param.Value)...)
	}
	return string(b)
}

// Values returns the parameters without their order.
func (p Params) Values() url.Values {
	values, all := make(url.Values, len(p)), make([]string, len(p))
	for i, param := range p {
		if before, ok := values[param.Name]; ok {
			values[param.Name] = append(before, param.Value)
			continue
		}
		all[i] = param.Value
		values[param.Name] = all[i : i+1 : i+1] // a piece of one slice, so that not every value takes one
	}
	return values
}

// ParseParams reads a form and keeps the order of its parameters. What is no form at all gives an error.
func ParseParams(form string) (Params, error) {
	var params Params
	for pair := range strings.SplitSeq(form, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return nil, err
		}
		params = append(params, Param{n, v})
	}
	return params, nil
}

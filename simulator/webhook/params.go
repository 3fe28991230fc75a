package webhook

import (
	"net/url"
	"strings"
)

// Param is one parameter of a webhook.
type Param struct{ Name, Value string }

// Params are the parameters of a webhook in the order in which they are sent.
type Params []Param

// Get returns the first value of the parameter, "" if there is none.
func (p Params) Get(name string) string {
	for _, param := range p {
		if param.Name == name {
			return param.Value
		}
	}
	return ""
}

// Set replaces the parameter's value, or appends the parameter if there is none. It changes p
// itself, or, like append, may: clone what others use.
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
	// a scratch buffer; the string is as small as possible, because thousands are kept
	b := make([]byte, 0, 1024)
	for i, param := range p {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendEscaped(b, param.Name)
		b = append(b, '=')
		b = appendEscaped(b, param.Value)
	}
	return string(b)
}

// appendEscaped appends what [url.QueryEscape] returns. That makes a string for each value with a
// character to escape, such as the plus of a number, and reads each value twice.
func appendEscaped(b []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	begin := 0 // of what can be copied
	for i := range len(s) {
		c := s[i]
		if unreserved[c] {
			continue
		}
		b = append(b, s[begin:i]...)
		if begin = i + 1; c == ' ' {
			b = append(b, '+')
			continue
		}
		b = append(b, '%', hex[c>>4], hex[c&15])
	}
	return append(b, s[begin:]...)
}

// unreserved has the bytes that a form has as they are.
var unreserved = func() (table [256]bool) {
	const marks = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~"
	for _, c := range []byte(marks) {
		table[c] = true
	}
	return table
}()

// Values returns the parameters without their order.
func (p Params) Values() url.Values {
	values, all := make(url.Values, len(p)), make([]string, len(p))
	for i, param := range p {
		if before, ok := values[param.Name]; ok {
			values[param.Name] = append(before, param.Value)
			continue
		}
		all[i] = param.Value
		// a piece of one slice, to save an allocation for each value
		values[param.Name] = all[i : i+1 : i+1]
	}
	return values
}

// ParseParams reads a form and keeps the order of its parameters. It returns an error if the text
// is not a form.
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

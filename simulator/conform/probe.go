package conform

import (
	"net/http"
	"slices"
	"strings"
)

// probe is one question and the answer that the facts give. file and line are those of its first
// line, for errors.
type probe struct {
	name  string
	file  string
	line  int
	facts []string
	as    identity
	steps []step // before the question
	ask   *request
	check []check
	saves []save // from the answer, for the requests afterwards
	after []request
}

// identity says whose credentials the requests of a probe have.
type identity string

// The identities. The last two name an account whose credentials are not in the request.
const (
	asAccount identity = "account"
	asTest    identity = "test"
	asNobody  identity = "none"  // no credentials
	asWrong   identity = "wrong" // the Account SID with another token
)

// request is a request with variables in it.
type request struct {
	method, path string
	form         []pair
}

type pair struct{ name, value string }

// step is one thing to do before the question: exactly one of its parts is set.
type step struct {
	send  *request
	save  *save
	await *await
}

// save keeps a field of the last answer as a variable.
type save struct{ variable, field string }

// await repeats a GET until a field matches.
type await struct {
	request request
	field   string
	pattern string
}

// changes reports whether the probe changes an ordinary account. A GET changes nothing. Requests
// without credentials or with wrong ones are refused, and test credentials store nothing (F-465).
func (p *probe) changes() bool {
	if p.as != asAccount {
		return false
	}
	return slices.ContainsFunc(p.requests(), func(r request) bool {
		return r.method != http.MethodGet
	})
}

// mentions reports whether a request has the variable.
func (p *probe) mentions(variable string) bool {
	is := func(text string) bool {
		found := variablePattern().FindAllStringSubmatch(text, -1)
		return slices.ContainsFunc(found, func(m []string) bool {
			return strings.Trim(m[1], "{}") == variable
		})
	}
	return slices.ContainsFunc(p.requests(), func(r request) bool {
		return is(r.path) || slices.ContainsFunc(r.form, func(f pair) bool { return is(f.value) })
	})
}

// requests returns all requests of the probe.
func (p *probe) requests() []request {
	all := slices.Clone(p.after)
	for _, s := range p.steps {
		if s.send != nil {
			all = append(all, *s.send)
		}
	}
	if p.ask != nil {
		all = append(all, *p.ask)
	}
	return all
}

package webhook

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/uri"
)

// settings are the client's settings with the connection overrides of one webhook's URL applied
// (F-040). A value for each delivery.
type settings struct {
	limits
	retries int
	policy  policy
	noSNI   bool
	edges   []string // nil if the URL names none
}

// policy is a set of the failures that are tried again (F-045).
type policy uint8

const (
	retryConnect policy = 1 << iota // ct: no TCP connection, or no TLS on it
	retryRead                       // rt: a read timeout
	retry4xx
	retry5xx
	retryAll = retryConnect | retryRead | retry4xx | retry5xx
)

// policies are the words of rp (F-045).
func policies() map[string]policy {
	return map[string]policy{"ct": retryConnect, "rt": retryRead, "4xx": retry4xx, "5xx": retry5xx,
		"all": retryAll}
}

// edges are the locations that e may name (F-047). The journal records from which of them a request
// would leave; it makes no other difference.
func edges() []string {
	return []string{"ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo",
		"umatilla"}
}

// roaming is a location that Twilio's client libraries know, but that webhooks cannot use.
const roaming = "roaming"

// override reads the connection overrides in the URL's fragment. A wrong e or rp, for which Twilio
// has codes (F-047), is a failure, and no request is made. No source describes a number out of
// range or a wrong sni; here they are ignored, like everything else that a fragment may contain,
// such as an anchor.
func (s *settings) override(rawURL string) *Failure {
	fragment := strings.TrimPrefix(uri.Split(rawURL).Fragment, "#")
	if fragment == "" {
		return nil
	}
	for pair := range strings.SplitSeq(fragment, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		if f := s.set(name, value); f != nil {
			return f
		}
	}
	return nil
}

// set applies one override.
func (s *settings) set(name, value string) *Failure {
	const most = 15 * time.Second
	switch name {
	case "ct":
		setTime(&s.connect, value, 10*time.Second) // F-041
	case "rt":
		setTime(&s.read, value, most) // F-042
	case "tt":
		setTime(&s.total, value, most) // F-043
	case "rc":
		if n, ok := number(value); ok && n <= 5 { // F-044
			s.retries = n
		}
	case "sni": // F-046
		if value == "y" || value == "n" {
			s.noSNI = value == "n"
		}
	case "rp":
		return s.setPolicy(value)
	case "e":
		return s.setEdges(value)
	}
	return nil
}

// setTime sets a time in milliseconds, if it is at least 100 ms and at most most.
func setTime(d *time.Duration, value string, most time.Duration) {
	if n, ok := number(value); ok && n >= 100 && n <= int(most.Milliseconds()) {
		*d = time.Duration(n) * time.Millisecond
	}
}

// number reads a number without sign and spaces.
func number(value string) (int, bool) {
	n, err := strconv.ParseUint(value, 10, 31)
	return int(n), err == nil
}

// setPolicy reads rp, a list of words.
func (s *settings) setPolicy(value string) *Failure {
	words := policies()
	s.policy = 0
	for word := range strings.SplitSeq(value, ",") {
		p, ok := words[word]
		if !ok {
			return &Failure{Code: codeRetryPolicy,
				Text: "rp has " + strconv.Quote(word) + " in the URL's fragment",
				Try:  "rp takes 4xx, 5xx, ct, rt and all, with commas between them"}
		}
		s.policy |= p
	}
	return nil
}

// setEdges reads e, a list of locations. The account is not enabled for Twilio Interconnect.
func (s *settings) setEdges(value string) *Failure {
	s.edges = nil
	for edge := range strings.SplitSeq(value, ",") {
		if slices.Contains(edges(), edge) {
			s.edges = append(s.edges, edge)
			continue
		}
		code := codeEdgeInvalid
		if edge == roaming {
			code = codeEdgeUnsupported
		} else if strings.HasSuffix(edge, "-ix") {
			code = codeInterconnect
		}
		return &Failure{Code: code, Text: "e has " + strconv.Quote(edge) + " in the URL's fragment",
			Try: "e takes " + strings.Join(edges(), ", ")}
	}
	return nil
}

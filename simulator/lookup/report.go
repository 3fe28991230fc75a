package lookup

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/quirk"
)

// Pair is a key of a package in Twilio's order, and its value: nil, a string, an int, a bool or
// []Pair. A map would lose the order.
type Pair struct {
	Name  string
	Value any
}

// The packages whose content is simulated, and validation, which every answer has.
const (
	validation    = "validation"
	callerPackage = "caller_name"
	simSwap       = "sim_swap"
	callForward   = "call_forwarding"
	linePackage   = "line_status"
	typePackage   = "line_type_intelligence"
	reassigning   = "reassigned_number"
	pumping       = "sms_pumping_risk"
)

// packages are all packages in the order of an answer (F-752).
var packages = []string{callerPackage, simSwap, callForward, linePackage, typePackage,
	"identity_match", reassigning, pumping, "phone_number_quality_score", "pre_fill"}

// Packages returns the names of the packages in the order of an answer (F-752).
func Packages() []string { return slices.Clone(packages) }

// The errors inside of a package.
const (
	onlyUS      = 60600 // F-760
	noApproval  = 60601 // F-763
	noPackage   = 60606 // F-763
	dateMissing = 60617 // F-764
)

// Query is what is asked about a number beside its validity.
type Query struct {
	Fields           string // with commas (F-750)
	LastVerifiedDate string // YYYYMMDD, for reassigned_number
}

// Report answers a query: the content of each package that was asked for. The error is an
// [*apierr.Error] about the query. unmodelled is the name of a package that the account has and
// whose content is not simulated, "" for none. A number that is not valid gets its packages too,
// with what is known of it.
func (s *State) Report(n Number, q Query) (found map[string][]Pair, unmodelled string, err error) {
	asked, err := parseFields(q.Fields)
	if err != nil {
		return nil, "", err
	}
	quirks := s.account.Quirks()
	has := strings.Split(quirks.Get(quirk.LookupPackages), ",")
	found = map[string][]Pair{}
	for _, name := range asked {
		switch {
		case name == validation:
		case !slices.Contains(has, name):
			found[name] = refused(name, noPackage)
		case known[name] == nil:
			return nil, name, nil
		default:
			found[name] = known[name](s, n, q)
		}
	}
	return found, "", nil
}

// parseFields reads a list of packages (F-751).
func parseFields(list string) ([]string, error) {
	var asked []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		if name != validation && !slices.Contains(packages, name) {
			return nil, apierr.Invalid("Fields are %s, not %q",
				strings.Join(append([]string{validation}, packages...), ", "), name)
		}
		asked = append(asked, name)
	}
	return asked, nil
}

// shapes are the keys of each package beside error_code, for one that has only an error (F-757 to
// F-762).
var shapes = map[string][]string{
	callerPackage: {"caller_name", "caller_type"},
	simSwap: {"last_sim_swap", "carrier_name", "mobile_country_code",
		"mobile_network_code"},
	callForward: {"call_forwarding_enabled"},
	linePackage: {"status"},
	reassigning: {"last_verified_date", "is_number_reassigned"},
	pumping: {"carrier_risk_category", "number_blocked", "number_blocked_date",
		"number_blocked_last_3_months", "sms_pumping_risk_score"},
}

// refused returns a package that has an error and nothing else. Only reassigned_number has it as a
// text (F-763, F-764).
func refused(name string, code int) []Pair {
	if name == typePackage {
		return lineTypePairs(code, nil, nil, nil, nil)
	}
	var pairs []Pair
	for _, key := range shapes[name] {
		pairs = append(pairs, Pair{key, nil})
	}
	if name == reassigning {
		return append(pairs, Pair{"error_code", strconv.Itoa(code)})
	}
	return append(pairs, Pair{"error_code", code})
}

func lineTypePairs(code, country, network, name, kind any) []Pair { // F-757
	return []Pair{{"error_code", code}, {"mobile_country_code", country},
		{"mobile_network_code", network}, {"carrier_name", name}, {"type", kind}}
}

// known has the content of the packages. A package without an entry is one whose content is not
// simulated.
var known = map[string]func(*State, Number, Query) []Pair{
	callerPackage: (*State).caller,
	simSwap:       (*State).swap,
	callForward: func(s *State, n Number, _ Query) []Pair {
		return []Pair{{"call_forwarding_enabled", s.Entry(n.PhoneNumber).get(forwarding) == "true"},
			{"error_code", nil}}
	},
	linePackage: func(s *State, n Number, _ Query) []Pair {
		return []Pair{{"status", s.status(n)}, {"error_code", nil}}
	},
	typePackage: (*State).lineType,
	reassigning: (*State).reassignment,
	pumping: func(s *State, n Number, _ Query) []Pair {
		e := s.Entry(n.PhoneNumber)
		score, _ := strconv.Atoi(e.get(pumpingScore))
		return []Pair{{"carrier_risk_category", e.get(pumpingRisk)},
			{"number_blocked", e.get(blocked) == "true"}, {"number_blocked_date", nil},
			{"number_blocked_last_3_months", nil}, {"sms_pumping_risk_score", score},
			{"error_code", nil}}
	},
}

// caller is the package caller_name (F-760).
func (s *State) caller(n Number, _ Query) []Pair {
	if n.Country != "US" {
		return refused(callerPackage, onlyUS)
	}
	e := s.Entry(n.PhoneNumber)
	return []Pair{{"caller_name", textOrNil(e.get(callerName))},
		{"caller_type", textOrNil(e.get(callerType))}, {"error_code", nil}}
}

// swap is the package sim_swap (F-762).
func (s *State) swap(n Number, _ Query) []Pair {
	e := s.Entry(n.PhoneNumber)
	last := []Pair{{"last_sim_swap_date", textOrNil(e.get(simSwapped))}, {"swapped_period", nil},
		{"swapped_in_period", nil}}
	return []Pair{{"last_sim_swap", last}, {"carrier_name", e.get(carrierName)},
		{"mobile_country_code", e.get(countryCode)}, {"mobile_network_code", e.get(networkCode)},
		{"error_code", nil}}
}

// reassignment is the package reassigned_number (F-762, F-764).
func (s *State) reassignment(n Number, q Query) []Pair {
	if _, err := time.Parse("20060102", q.LastVerifiedDate); err != nil {
		return refused(reassigning, dateMissing)
	}
	return []Pair{{"last_verified_date", q.LastVerifiedDate},
		{"is_number_reassigned", s.Entry(n.PhoneNumber).get(reassigned)}, {"error_code", nil}}
}

// status is whether a line is in use: what was set, else what the handset is.
func (s *State) status(n Number) string {
	if set := s.Entry(n.PhoneNumber).get(lineStatus); set != "" {
		return set
	}
	if s.account.Handset(n.PhoneNumber).State == carrier.HandsetGone {
		return "inactive"
	}
	return "active"
}

// withCarrier are the line types that have the carrier's data (F-758).
var withCarrier = []string{"landline", "mobile", "fixedVoip", "nonFixedVoip"}

// twilioCarrier is the carrier of Twilio's own numbers (F-759).
const twilioCarrier = "Twilio - SMS/MMS-SVR"

// lineType is the package line_type_intelligence (F-757 to F-759).
func (s *State) lineType(n Number, _ Query) []Pair {
	quirks := s.account.Quirks()
	if n.Country == "CA" && !slices.Contains(
		strings.Split(quirks.Get(quirk.LookupPackages), ","), "canada") {
		return lineTypePairs(noApproval, nil, nil, nil, nil)
	}
	kind, e := s.Type(n), s.Entry(n.PhoneNumber)
	if !slices.Contains(withCarrier, kind) {
		return lineTypePairs(nil, nil, nil, nil, kind)
	}
	return lineTypePairs(nil, textOrNil(e.get(countryCode)), textOrNil(e.get(networkCode)),
		s.carrier(n), kind)
}

// carrier returns the carrier's name.
func (s *State) carrier(n Number) string {
	e := s.Entry(n.PhoneNumber)
	if _, set := e.Values[carrierName]; !set && s.owns(n) {
		return twilioCarrier
	}
	return e.get(carrierName)
}

func (s *State) owns(n Number) bool {
	_, owned := s.account.Number(n.PhoneNumber)
	return owned
}

// types are the line types of the kinds of numbers. A number that can be a fixed line or a mobile
// is that of a handset.
var types = map[address.Kind]string{
	address.FixedLine: "landline", address.Mobile: "mobile", address.FixedLineOrMobile: "mobile",
	address.TollFree: "tollFree", address.Premium: "premium", address.SharedCost: "sharedCost",
	address.VoIP: "nonFixedVoip", address.Personal: "personal", address.Pager: "pager",
	address.UAN: "uan", address.Voicemail: "voicemail", address.NoKind: "unknown",
}

// Type returns the line type of a number (F-758): what was set, else what the account knows of it.
func (s *State) Type(n Number) string {
	if set := s.Entry(n.PhoneNumber).get(lineType); set != "" {
		return set
	}
	kind := types[address.KindOf(n.PhoneNumber)]
	switch {
	case s.owns(n) && kind != "tollFree":
		return "nonFixedVoip" // F-759
	case s.account.Handset(n.PhoneNumber).State == carrier.HandsetLandline:
		return "landline"
	}
	return kind
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// oldTypes are the types of lines that Lookup v1 knows, by those of v2.
var oldTypes = map[string]string{"landline": "landline", "mobile": "mobile", "fixedVoip": "voip",
	"nonFixedVoip": "voip"}

// Old returns what Lookup v1 says about a number: caller_name and carrier (F-765, F-637). The
// caller leaves out what the request did not ask for.
func (s *State) Old(n Number) []Pair {
	e, kind := s.Entry(n.PhoneNumber), oldTypes[s.Type(n)]
	line := []Pair{{"mobile_country_code", nil}, {"type", textOrNil(kind)}, {"error_code", nil},
		{"mobile_network_code", nil}, {"name", nil}}
	if kind != "" {
		line[0].Value, line[3].Value = textOrNil(e.get(countryCode)), textOrNil(e.get(networkCode))
		line[4].Value = s.carrier(n)
	}
	return []Pair{{callerPackage, s.caller(n, Query{})}, {"carrier", line}}
}

package config

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"twilsim/simulator/address"
	"twilsim/simulator/events"
	"twilsim/simulator/lookup"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
	"twilsim/simulator/verify"
)

type (
	// verifyService is a service of Verify.
	verifyService struct {
		name, sid  string
		codeLength int // 0 for Twilio's
		// by setting: lookup, custom-code, warning, skip-landlines and events
		on   map[string]bool
		node ast.Node
	}
	// sink is where events go, with its subscription.
	sink struct {
		name, url string
		types     []string
		node      ast.Node
	}
	// looked is what Lookup says about a number.
	looked struct {
		number string
		values map[string]string
		node   ast.Node
	}
)

// lines returns the lines of a thing of the file.
func (f *File) lines(name string, node ast.Node, try string) ([]*ast.MappingValueNode, error) {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return nil, at(f.Path, node, "%s: want lines of SETTING: VALUE", name).try(try)
	}
	return mapping.Values, nil
}

// takeVerify reads a service of Verify: its name and its SID, or lines with its settings.
func (f *File) takeVerify(pair *ast.MappingValueNode) error {
	s := verifyService{name: pair.Key.GetToken().Value, on: map[string]bool{}, node: pair.Key}
	const example = "sid: VA0123456789abcdef0123456789abcdef"
	if value, ok := scalar(pair.Value); ok {
		if !sid.Valid(value, "VA") {
			return at(f.Path, pair.Value, "%s: want VA and 32 hex digits", s.name).try(example)
		}
		s.sid = value
		f.seed.verify = append(f.seed.verify, s)
		return nil
	}
	lines, err := f.lines(s.name, pair.Value, example)
	if err != nil {
		return err
	}
	switches := []string{"custom-code", "events", "lookup", "skip-landlines", "warning"}
	for _, line := range lines {
		value, _ := scalar(line.Value)
		switch name := line.Key.GetToken().Value; {
		case name == "sid" && sid.Valid(value, "VA"):
			s.sid = value
		case name == "sid":
			return at(f.Path, line.Value, "sid: want VA and 32 hex digits")
		case name == "code-length":
			if s.codeLength, err = strconv.Atoi(value); err != nil {
				return at(f.Path, line.Value, "code-length: want a number from 4 to 10")
			}
		case slices.Contains(switches, name) && (value == "on" || value == "true"):
			s.on[name] = true
		case slices.Contains(switches, name) && (value == "off" || value == "false"):
		case slices.Contains(switches, name):
			return at(f.Path, line.Value, "%s: want on or off", name)
		default:
			return at(f.Path, line.Key, "%s: unknown setting %q", s.name, name).
				try("sid, code-length, custom-code, events, lookup, skip-landlines or warning")
		}
	}
	f.seed.verify = append(f.seed.verify, s)
	return nil
}

func (f *File) applyVerify(account *messaging.Account) error {
	for _, s := range f.seed.verify {
		_, err := verify.Of(account).CreateServiceAs(s.sid, func(v *verify.Service) error {
			v.FriendlyName = s.name
			if s.codeLength != 0 {
				v.CodeLength = s.codeLength
			}
			v.LookupEnabled, v.CustomCodeEnabled = s.on["lookup"], s.on["custom-code"]
			v.SkipSMSToLandlines = s.on["skip-landlines"]
			v.DoNotShareWarningEnabled = s.on["warning"]
			if s.on["events"] {
				v.Other["VerifyEventSubscriptionEnabled"] = "true"
			}
			return nil
		})
		if err != nil {
			return at(f.Path, s.node, "verify: %s: ", s.name).within(err)
		}
	}
	return nil
}

// takeSink reads a sink of Event Streams: its name, and lines with its URL and the types of events.
func (f *File) takeSink(pair *ast.MappingValueNode) error {
	s := sink{name: pair.Key.GetToken().Value, node: pair.Key}
	lines, err := f.lines(s.name, pair.Value, "url: http://localhost:3000/events")
	if err != nil {
		return err
	}
	for _, line := range lines {
		value, ok := scalar(line.Value)
		switch name := line.Key.GetToken().Value; {
		case name == "url" && ok:
			s.url = value
		case name == "url":
			return at(f.Path, line.Value, "url: want the URL of a program")
		case name == "types":
			if s.types, err = f.takeTypes(line.Value); err != nil {
				return err
			}
		default:
			return at(f.Path, line.Key, "%s: unknown setting %q", s.name, name).try("url or types")
		}
	}
	if s.url == "" {
		return at(f.Path, pair.Key, "%s: the url is missing", s.name).
			try("url: http://localhost:3000/events")
	}
	f.seed.sinks = append(f.seed.sinks, s)
	return nil
}

// takeTypes reads one type of events or a list of them.
func (f *File) takeTypes(node ast.Node) (types []string, err error) {
	nodes := []ast.Node{node}
	if list, ok := node.(*ast.SequenceNode); ok {
		nodes = list.Values
	}
	for _, n := range nodes {
		name, ok := scalar(n)
		if _, known := events.FindType(name); !ok || !known {
			return nil, at(f.Path, n, "types: want types of events").
				try("types: [com.twilio.messaging.message.delivered]")
		}
		types = append(types, name)
	}
	return types, nil
}

// A sink without types has no subscription, and gets nothing.
func (f *File) applySinks(account *messaging.Account) error {
	for _, s := range f.seed.sinks {
		state := events.Of(account)
		// strings
		config, _ := json.Marshal(map[string]string{"destination": s.url, "method": "POST"})
		made, _, err := state.CreateSink(s.name, "webhook", string(config))
		if err == nil && len(s.types) > 0 {
			var wanted []string
			for _, name := range s.types {
				wanted = append(wanted, `{"type":"`+name+`"}`)
			}
			_, _, err = state.CreateSubscription(s.name, made.SID, wanted)
		}
		if err != nil {
			return at(f.Path, s.node, "sinks: %s: ", s.name).within(err)
		}
	}
	return nil
}

// takeLookup reads what Lookup says about a number.
func (f *File) takeLookup(pair *ast.MappingValueNode) error {
	number, err := address.Parse(pair.Key.GetToken().Value)
	if err != nil {
		return at(f.Path, pair.Key, "lookup: ").within(err)
	}
	l := looked{number: number, values: map[string]string{}, node: pair.Key}
	lines, err := f.lines(number, pair.Value, "type: landline")
	if err != nil {
		return err
	}
	for _, line := range lines {
		name := line.Key.GetToken().Value
		value, _ := scalar(line.Value)
		if err := lookup.Check(name, value); err != nil {
			return at(f.Path, line.Key, "%s: ", number).within(err)
		}
		l.values[name] = value
	}
	f.seed.lookups = append(f.seed.lookups, l)
	return nil
}

func (f *File) applyLookups(account *messaging.Account) error {
	for _, l := range f.seed.lookups {
		if _, err := lookup.Of(account).Set(l.number, l.values); err != nil {
			return at(f.Path, l.node, "lookup: ").within(err)
		}
	}
	return nil
}

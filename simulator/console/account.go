package console

import (
	"slices"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/lookup"
	"twilsim/simulator/messaging"
)

// accountView is the page of what an account has: a list of the kinds of things, with one kind that
// is open. Of its kind only the entries that fit the search are read, at most maxListed.
type accountView struct {
	Base, API string
	Query     string
	Parts     []accountPart
	Part      string // the one that is open
	Open      bool   // the URL names it
	Missing   string
	Matched   int // entries of the open part that fit the search
	Listed    int // how many of them are listed

	Account        *control.Account
	Credentials    *control.Credentials
	Numbers        []directory.Number
	Bins           []directory.Bin
	Templates      []control.Template
	Services       []control.Service
	Keys           []control.Key
	OptOuts        []directory.OptOut
	Verifications  []control.Verification
	VerifyServices []control.VerifyService
	Sinks          []control.Sink
	EventTypes     []control.EventType
	SinkEvents     []control.SinkEvent
	Lookups        []lookup.Entry
	Lookup         lookupForm
	Media          []*control.Message
	Addresses      []string // of numbers, to choose from
}

// accountPart is a kind of things that an account has.
type accountPart struct {
	ID, Name, What string
	Count          int
	Counted        bool // there is a number to show
	Current        bool

	read func(*accountView, *request) (int, error)
}

// accountParts are the parts in the order of the list.
func accountParts() []accountPart {
	return []accountPart{
		{ID: "numbers", Name: "Numbers", What: "where texts to them go",
			read: (*accountView).readNumbers},
		{ID: "services", Name: "Messaging Services", What: "pools of senders",
			read: (*accountView).readServices},
		{ID: "bins", Name: "TwiML Bins", What: "documents that answer in place of an app",
			read: (*accountView).readBins},
		{ID: "templates", Name: "Content templates", What: "and what WhatsApp decided",
			read: (*accountView).readTemplates},
		{ID: "media", Name: "Media", What: "files of the newest messages",
			read: (*accountView).readMedia},
		{ID: "optouts", Name: "Opt-outs", What: "who gets nothing from whom",
			read: (*accountView).readOptOuts},
		{ID: "verify", Name: "Verify", What: "codes that were sent, services",
			read: (*accountView).readVerifications},
		{ID: "lookup", Name: "Lookup", What: "what is said about numbers",
			read: (*accountView).readLookups},
		{ID: "sinks", Name: "Event Streams", What: "sinks and their events",
			read: (*accountView).readSinks},
		{ID: "keys", Name: "API keys", What: "in place of the auth token",
			read: (*accountView).readKeys},
		{ID: "settings", Name: "Account", What: "credentials, name, subaccounts",
			read: (*accountView).readAccount},
	}
}

func accountPage(r *request) (any, error) {
	v := &accountView{Base: r.base, API: r.api(), Query: strings.TrimSpace(r.query("q")),
		Parts: accountParts(), Part: r.ref, Open: r.ref != ""}
	if !v.Open {
		v.Part = v.Parts[0].ID
	}
	known := false
	for i := range v.Parts {
		part := &v.Parts[i]
		part.Current = part.ID == v.Part
		known = known || part.Current
		n, err := part.read(v, r)
		if err != nil {
			return nil, err
		}
		part.Count, part.Counted = n, n >= 0
	}
	if !known {
		v.Missing = "there is nothing called " + v.Part + " in an account"
	}
	return v, nil
}

// More is how many entries of the open part are not listed.
func (v *accountView) More() int { return v.Matched - v.Listed }

// Search returns the search as the query of a URL, "" for none.
func (v *accountView) Search() string { return listPage{Query: v.Query}.Search() }

// keep returns the first things of a part that have all words of the search in their text. Of a
// part that is not open, it returns nothing.
func keep[T any](v *accountView, part string, all []T, text func(T) string) []T {
	if v.Part != part {
		return nil
	}
	found := slices.DeleteFunc(slices.Clone(all), func(thing T) bool {
		text := strings.ToLower(text(thing))
		for word := range strings.FieldsSeq(strings.ToLower(v.Query)) {
			if !strings.Contains(text, word) {
				return true
			}
		}
		return false
	})
	v.Matched = len(found)
	v.Listed = min(len(found), maxListed)
	return found[:v.Listed]
}

func (v *accountView) readNumbers(r *request) (int, error) {
	found, err := r.client.Numbers(r.Context())
	if err != nil {
		return 0, err
	}
	for _, n := range found.Numbers[:min(len(found.Numbers), maxListed)] {
		v.Addresses = append(v.Addresses, n.PhoneNumber)
	}
	v.Numbers = keep(v, "numbers", found.Numbers, func(n directory.Number) string {
		return n.PhoneNumber + " " + n.SmsURL + " " + n.SmsFallbackURL
	})
	return len(found.Numbers), nil
}

func (v *accountView) readServices(r *request) (int, error) {
	found, err := r.client.Services(r.Context())
	if err != nil {
		return 0, err
	}
	v.Services = keep(v, "services", found.Services, func(s control.Service) string {
		var text strings.Builder
		text.WriteString(s.SID + " " + s.FriendlyName + " " + s.InboundRequestURL)
		for _, sender := range s.Senders {
			text.WriteString(" " + sender.Address)
		}
		return text.String()
	})
	return len(found.Services), nil
}

func (v *accountView) readBins(r *request) (int, error) {
	found, err := r.client.Bins(r.Context())
	if err != nil {
		return 0, err
	}
	v.Bins = keep(v, "bins", found.Bins, func(b directory.Bin) string { return b.Name + " " + b.Body })
	return len(found.Bins), nil
}

func (v *accountView) readTemplates(r *request) (int, error) {
	found, err := r.client.Templates(r.Context())
	if err != nil {
		return 0, err
	}
	v.Templates = keep(v, "templates", found.Templates, func(t control.Template) string {
		return t.SID + " " + t.FriendlyName + " " + t.Language + " " + string(t.Status)
	})
	return len(found.Templates), nil
}

// maxMedia is how many of the newest messages with files the page shows.
const maxMedia = 50

func (v *accountView) readMedia(r *request) (int, error) {
	limit := 1
	if v.Part == "media" {
		limit = maxMedia
	}
	found, err := r.client.Messages(r.Context(), []string{"num_media!=0"}, limit)
	if err != nil {
		return 0, err
	}
	v.Media = keep(v, "media", found.Messages, func(m *control.Message) string {
		var text strings.Builder
		text.WriteString(m.SID + " " + m.Body + " " + m.Sender() + " " + m.To)
		for _, file := range m.Sim.Media {
			text.WriteString(" " + file.ContentType)
		}
		return text.String()
	})
	if v.Part == "media" && v.Query == "" {
		v.Matched = found.Matched
	}
	return found.Matched, nil
}

func (v *accountView) readOptOuts(r *request) (int, error) {
	found, err := r.client.OptOuts(r.Context())
	if err != nil {
		return 0, err
	}
	v.OptOuts = keep(v, "optouts", found.OptOuts, func(o directory.OptOut) string {
		return o.Recipient + " " + o.Sender
	})
	return len(found.OptOuts), nil
}

// maxCodes is how many of the newest codes of Verify are searched.
const maxCodes = 500

func (v *accountView) readVerifications(r *request) (int, error) {
	limit := 1
	if v.Part == "verify" {
		limit = maxCodes
	}
	found, err := r.client.Verifications(r.Context(), nil, limit)
	if err != nil {
		return 0, err
	}
	v.Verifications = keep(v, "verify", found.Verifications, func(c control.Verification) string {
		return strings.Join([]string{c.SID, c.To, c.Channel, c.Status, c.Code, c.FriendlyName,
			c.ServiceSID}, " ")
	})
	if v.Part == "verify" {
		services, err := r.client.VerifyServices(r.Context())
		if err != nil {
			return 0, err
		}
		v.VerifyServices = services.Services[:min(len(services.Services), maxListed)]
	}
	return found.Matched, nil
}

func (v *accountView) readLookups(r *request) (int, error) {
	found, err := r.client.Lookups(r.Context())
	if err != nil {
		return 0, err
	}
	v.Lookups = keep(v, "lookup", found.Numbers, func(e lookup.Entry) string {
		return e.Number + " " + lookupText(e)
	})
	number := r.query("number")
	v.Lookup = lookupForm{Number: number, Fields: lookupFields(lookup.Entry{})}
	for _, e := range found.Numbers {
		if e.Number == number {
			v.Lookup.Fields = lookupFields(e)
		}
	}
	return len(found.Numbers), nil
}

// maxSinkEvents is how many of the newest events of Event Streams the page lists.
const maxSinkEvents = 50

func (v *accountView) readSinks(r *request) (int, error) {
	found, err := r.client.Sinks(r.Context())
	if err != nil {
		return 0, err
	}
	v.Sinks = keep(v, "sinks", found.Sinks, func(k control.Sink) string {
		return k.SID + " " + k.Description + " " + k.Destination + " " + strings.Join(k.Types, " ")
	})
	v.EventTypes = found.Types
	if v.Part == "sinks" {
		sent, err := r.client.SinkEvents(r.Context(), nil, maxSinkEvents)
		if err != nil {
			return 0, err
		}
		v.SinkEvents = sent.Events
	}
	return len(found.Sinks), nil
}

func (v *accountView) readKeys(r *request) (int, error) {
	found, err := r.client.Keys(r.Context())
	if err != nil {
		return 0, err
	}
	v.Keys = keep(v, "keys", found.Keys, func(k control.Key) string {
		return k.SID + " " + k.FriendlyName
	})
	return len(found.Keys), nil
}

func (v *accountView) readAccount(r *request) (int, error) {
	if v.Part != "settings" {
		return -1, nil
	}
	var err error
	if v.Credentials, err = r.client.Credentials(r.Context()); err != nil {
		return 0, err
	}
	v.Account, err = r.client.OneAccount(r.Context())
	return -1, err
}

// lookupForm is the form of what Lookup says about a number.
type lookupForm struct {
	Number string // "" for one that is typed
	Fields []ruleField
}

// lookupFields are the fields of the form, with the values of an entry.
func lookupFields(e lookup.Entry) []ruleField {
	names, help := lookup.Fields()
	fields := make([]ruleField, len(names))
	for i, name := range names {
		fields[i] = ruleField{Name: name, Label: strings.ReplaceAll(name, "-", " "), Help: help[i],
			Value: e.Values[name]}
		if name == "type" {
			fields[i].Values = append([]string{""}, lookup.Types...)
		}
	}
	return fields
}

// lookupText is what is set for a number: carrier=A type=mobile.
func lookupText(e lookup.Entry) string {
	var words []string
	names, _ := lookup.Fields()
	for _, name := range names {
		if value, ok := e.Values[name]; ok {
			words = append(words, name+"="+value)
		}
	}
	return strings.Join(words, " ")
}

// fileView is a file of a message, as the template of files wants it.
type fileView struct {
	API, SID string
}

// Files are the files of a message that can be shown: those whose bytes are kept.
func (v *accountView) Files(m *control.Message) []messaging.Media {
	return slices.DeleteFunc(slices.Clone(m.Sim.Media), func(f messaging.Media) bool {
		return f.SID == "" || f.Dropped
	})
}

// FileOf is what the template of a file needs about its message.
func (v *accountView) FileOf(m *control.Message) fileView { return fileView{v.API, m.SID} }

package console

import (
	"maps"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/messaging"
	"twilsim/simulator/shell"
)

// carrierView is the page of the rules and the clock.
type carrierView struct {
	Base     string
	Query    string
	API      string
	Rules    []ruleRow
	Of       int // how many rules there are, whatever the search finds
	UsedUp   int
	Form     ruleForm
	Outcomes []carrier.Outcome
	Missing  string // what is wrong with the rule that the URL names
	Open     bool   // the URL names a rule

	To       string // whose next message is previewed
	Wrong    string // what is wrong with the script
	Previews []preview

	Clock   control.Clock
	Due     *strip // of what is planned; nil if nothing is
	Planned []plannedRow
	More    int // planned steps that are not listed
	Next    time.Duration
	Rates   []float64
}

// ruleRow is a rule of the list.
type ruleRow struct {
	carrier.Rule
	Current     bool
	First, Last bool
}

// When returns the words that say to what the rule applies.
func (r ruleRow) When() string {
	var when []string
	for _, word := range r.Words() {
		name, _, _ := strings.Cut(word, "=")
		if !slices.Contains([]string{"then", "fault", "respond", "times", "chance", "race", "overlap",
			"illegal", "disabled"}, name) {
			when = append(when, word)
		}
	}
	if len(when) == 0 {
		return "every message"
	}
	return strings.Join(when, " ")
}

// Does returns what the rule does, in words.
func (r ruleRow) Does() string {
	switch {
	case r.Webhook != "":
		return r.Faults.Describe()
	case r.API != "":
		return r.Respond.Describe()
	case r.Code != "":
		return "the code is " + r.Code
	}
	return r.Then.Describe()
}

// Shape is the class of what the rule does.
func (r ruleRow) Shape() string {
	if r.Webhook != "" || r.API != "" || r.Code != "" {
		return "warn"
	}
	if s := r.Then.Script; len(s) > 0 {
		return shape(s[len(s)-1].Status)
	}
	return "bad"
}

// fits reports whether the rule has all words of a search: to:+44* or a part of what it does.
func (r ruleRow) fits(query string) bool {
	text := strings.ToLower(r.ID + " " + strings.Join(r.Words(), " ") + " " + r.Does())
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		name, value, named := strings.Cut(word, ":")
		if !strings.Contains(text, word) && !(named && strings.Contains(text, name+"="+value)) {
			return false
		}
	}
	return true
}

// Left is how often the rule applies yet; 0 means always.
func (r ruleRow) Left() int { return r.Times - r.Used }

// ruleForm is the form of a rule. Its fields are the words of the rule's kind.
type ruleForm struct {
	ID       string // "" for a new rule
	Kind     string // message, webhook or api
	Fields   []ruleField
	Script   bool // it has the field then
	Disabled bool
}

// ruleField is a word of a rule.
type ruleField struct {
	Name, Value, Help, Label string
	Values                   []string // to choose from
	Flag                     bool     // the rule has the word, which has no value
}

// kinds are the kinds of rules with their words, in the order of a form.
var kinds = []struct {
	name  string
	words []string
}{
	{"message", []string{"to", "from", "body", "then", "times", "chance"}},
	{"webhook", []string{"webhook", "status", "path", "to", "fault", "times", "chance"}},
	{"api", []string{"api", "respond", "times", "chance"}},
}

// labels are what people call the words, and examples of their values.
var labels = map[string][2]string{
	"to": {"To", "any"}, "from": {"From", "any"}, "body": {"Text", "any"},
	"then": {"Then", "sent,undelivered:30003@2s"}, "times": {"Times", "always"},
	"chance": {"Chance", "100%"}, "webhook": {"Webhook", "*"}, "status": {"Status", "any"},
	"path": {"Path", "any"}, "fault": {"Fault", "delay:5s"}, "api": {"Requests", "POST:Messages"},
	"respond": {"Answer", "500"},
}

// preview is what may happen to a message, drawn.
type preview struct {
	control.Preview
	Strip *strip
}

// plannedRow is a line of what is due.
type plannedRow struct {
	messaging.Planned
	In time.Duration
}

// maxPlanned is how many planned steps the page lists.
const maxPlanned = 50

func carrierPage(r *request) (any, error) {
	v := &carrierView{Base: r.base, API: r.api(), Clock: r.now, Outcomes: carrier.Outcomes(),
		To:    r.query("to"),
		Rates: []float64{1, 10, 60}, Query: strings.TrimSpace(r.query("q"))}
	found, err := r.client.Rules(r.Context())
	if err != nil {
		return nil, err
	}
	v.list(found.Rules, r)
	if err := v.preview(r); err != nil {
		return nil, err
	}
	planned, err := r.client.Planned(r.Context(), maxPlanned)
	if err != nil {
		return nil, err
	}
	for _, p := range planned.Planned {
		v.Planned = append(v.Planned, plannedRow{p, p.At.Sub(r.now.Now)})
	}
	v.More = planned.Matched - len(planned.Planned)
	v.Due = drawDue(v.Planned)
	if r.now.Next != nil {
		v.Next = r.now.Next.Sub(r.now.Now)
	}
	return v, nil
}

// list makes the rows, and the form of the rule that is open.
func (v *carrierView) list(rules []carrier.Rule, r *request) {
	want, kind := r.query("rule"), r.query("new")
	v.Open = want != "" || kind != ""
	if want == "" && kind == "" && len(rules) > 0 {
		want = rules[0].ID
	}
	var open *carrier.Rule
	for i, rule := range rules {
		row := ruleRow{Rule: rule, Current: rule.ID == want, First: i == 0, Last: i == len(rules)-1}
		if row.Current {
			open = &rules[i]
		}
		if rule.Exhausted() {
			v.UsedUp++
		}
		if row.fits(v.Query) {
			v.Rules = append(v.Rules, row)
		}
	}
	v.Of = len(rules)
	if want != "" && open == nil {
		v.Missing = "there is no rule " + want + ": it may have been removed"
	}
	v.Form = newRuleForm(open, kind)
}

func newRuleForm(rule *carrier.Rule, kind string) ruleForm {
	values := map[string]string{}
	f := ruleForm{Kind: "message"}
	if rule != nil {
		f.ID, f.Disabled = rule.ID, rule.Disabled
		for _, word := range rule.Words() {
			name, value, _ := strings.Cut(word, "=")
			values[name] = value
		}
		switch {
		case rule.Webhook != "":
			kind = "webhook"
		case rule.API != "":
			kind = "api"
		}
	} else if kind == "webhook" {
		values["webhook"] = "status"
	}
	for _, k := range kinds {
		if k.name == kind || kind == "" && k.name == "message" {
			f.Kind = k.name
			f.add(k.words, values)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // those without a usual field
		if !slices.ContainsFunc(f.Fields, func(x ruleField) bool { return x.Name == name }) {
			f.add([]string{name}, values)
		}
	}
	f.Script = f.Kind == "message"
	return f
}

func (f *ruleForm) add(words []string, values map[string]string) {
	for _, word := range words {
		field := ruleField{Name: word, Value: values[word], Label: word}
		if known, ok := carrier.LookupWord(word); ok && known.Flag() {
			field.Flag, field.Help = true, known.Help
		}
		if l, ok := labels[word]; ok {
			field.Label, field.Help = l[0], l[1]
		}
		for _, p := range carrier.Properties() {
			if p.Name == word {
				field.Values = p.Enum
			}
		}
		f.Fields = append(f.Fields, field)
	}
}

// preview asks what would happen: to a message that the script of the URL is about, to that of the
// open rule, or to the next message to a number.
func (v *carrierView) preview(r *request) error {
	then := r.query("then")
	if then == "" && v.To == "" {
		for _, f := range v.Form.Fields {
			if f.Name == "then" {
				then = f.Value
			}
		}
	}
	var found *control.Previews
	var err error
	switch {
	case then != "":
		found, err = r.client.PreviewScript(r.Context(), then)
	case v.To != "":
		found, err = r.client.Preview(r.Context(), carrier.Message{To: v.To})
	default:
		return nil
	}
	var known *control.Error
	if asMissing(err, &known) {
		v.Wrong = known.Message
		if known.Try != "" {
			v.Wrong += "; try " + known.Try
		}
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range found.Previews {
		v.Previews = append(v.Previews, preview{p, drawPreview(p)})
	}
	return nil
}

// drawDue draws what is due on one axis that begins now.
func drawDue(planned []plannedRow) *strip {
	if len(planned) == 0 {
		return nil
	}
	last := planned[len(planned)-1].In
	s := newStrip(last+last/6, "Due") // with room for the text of the last mark
	s.Ticks[0].Text = ""              // now
	var all []instant
	for _, p := range planned {
		word := string(p.Status)
		if p.Kind != messaging.PlannedStatus {
			word = strings.TrimSpace(string(p.Kind) + " " + word)
		}
		all = append(all, instant{p.In, word, "plan"})
	}
	s.crowd(0, all, "due")
	s.Now = s.x(0)
	return s
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// drawPreview draws the steps of a preview.
func drawPreview(p control.Preview) *strip {
	var last int64
	for _, step := range p.Steps {
		last = max(last, step.At, step.Send)
	}
	s := newStrip(millis(last), "Status", "Callbacks")
	from, text := time.Duration(0), "queued"
	for _, step := range p.Steps {
		s.bar(from, millis(step.At), "b-plan", text)
		from, text = millis(step.At), string(step.Status)
	}
	if len(p.Steps) > 0 || p.Refuse == 0 {
		s.bar(from, -1, "b-plan", text)
	}
	for _, step := range p.Steps {
		if step.Copies == 0 {
			continue
		}
		note := ""
		if step.Copies > 1 {
			note = "x" + group(int(step.Copies))
		}
		if step.Send > step.At {
			s.hold(1, millis(step.At), millis(step.Send))
		}
		s.mark(1, millis(step.Send), "plan", note, "callback of "+string(step.Status))
	}
	return s
}

// Command is the command that saves the rule as it is in the form.
func (v *carrierView) Command() string {
	var words []string
	for _, f := range v.Form.Fields {
		switch {
		case f.Flag:
			words = append(words, f.Name)
		case f.Value != "":
			words = append(words, f.Name+"="+shell.Word(f.Value))
		}
	}
	if v.Form.ID != "" {
		return "twilsim rule set " + v.Form.ID + " " + strings.Join(words, " ")
	}
	return "twilsim rule add " + strings.Join(words, " ")
}

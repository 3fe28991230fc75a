package messaging

import (
	"errors"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/content"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/segment"
)

// Templated is the template of which a message was made. A value does not change once it is in a
// message.
type Templated struct {
	SID string `json:"sid"`
	content.Rendered
	// Unusable says that the template has no type for the message's channel.
	Unusable bool `json:"unusable,omitempty"`
	// RCS is what RCS would send, in a message of a service that may leave by it; nil for others.
	RCS *byRCS `json:"rcs,omitempty"`
}

// byRCS is what RCS sends of a template.
type byRCS struct {
	content.Rendered
	Unusable bool `json:"unusable,omitempty"` // it has no type for RCS
}

// Templates are the account's templates as a product, which is in [Account.Content].
var Templates = ProductType{Name: contentProduct,
	Open: func(a *Account) Product { return a.newLibrary() }}

const contentProduct = "content"

// newLibrary returns the account's templates.
func (a *Account) newLibrary() *content.Library {
	return content.New(content.Options{
		SIDs: a.ids, Now: a.Clock.Now,
		Outcome: func() content.Status {
			return content.Status(a.quirk().Get(quirk.TemplateReview))
		},
		At: func(t time.Time, f func()) { a.schedule.At(t, f) },
		Changed: func(t content.Template, what string) {
			a.recorder.touchedProduct(productRow+contentProduct, t.SID)
			status := string(t.Status(a.Clock.Now()))
			if what == "removed" {
				status = what
			}
			a.Journal.Publish(a.templateResource(t, status), journal.Event{Note: strings.TrimSpace(
				"template "+t.FriendlyName) + " " + what})
		},
		Show: func(t content.Template) {
			a.Journal.Show(a.templateResource(t, string(t.Status(a.Clock.Now()))))
		},
	})
}

// templateResource returns what the journal shows of a template.
func (a *Account) templateResource(t content.Template, status string) *journal.Resource {
	var types []string
	for _, typed := range t.Types {
		types = append(types, typed.Name)
	}
	approval := content.Approval{}
	if t.Approval != nil {
		approval = *t.Approval
	}
	return journal.NewResource(journal.Templates, t.SID, t.FriendlyName, t.Language,
		strings.Join(types, " "), status, approval.Name, approval.Category,
		approval.RejectionReason(a.Clock.Now()))
}

// checkTemplate takes the message's text and media from the template of the request. The text and
// the media of the request itself have no effect then (F-699).
func (a *Account) checkTemplate(d *Draft, o *outgoing) error {
	if d.ContentSID == "" {
		return nil
	}
	values, err := a.contentVariables(d)
	if err != nil {
		return a.refuse(apierr.BadContentVars, d.To, d.From, "SMS") // F-605
	}
	if d.Body != "" && values != nil && a.quirk().Get(quirk.BodyAndVariables) != "ignored" {
		return a.refuse(apierr.BodyAndVariables, d.To, d.From, "SMS") // F-607
	}
	t, ok := a.Content.Template(d.ContentSID)
	if !ok {
		return a.refuse(apierr.BadContentSID, d.To, d.From, "SMS") // F-701
	}
	channel := content.Channel(strings.TrimSuffix(address.Prefix(o.message.To), ":"))
	r, ok := t.Render(channel, values)
	if channel == content.SMS && len(r.Missing) > 0 { // E-21656: all variables must be defined
		return a.refuse(apierr.BadContentVars, d.To, d.From, "SMS")
	}
	o.message.Template = &Templated{SID: t.SID, Rendered: r, Unusable: !ok}
	if _, has := a.Agent(o.message.MessagingServiceSID); has && channel == content.SMS {
		rcs, ok := t.Render(content.RCS, values)
		o.message.Template.RCS = &byRCS{Rendered: rcs, Unusable: !ok}
	}
	o.text = r.Body // F-706
	if service, _ := a.Service(o.message.MessagingServiceSID); service.SmartEncoding {
		o.text = segment.Smart(r.Body)
	}
	d.Body, d.MediaURL = r.Body, r.Media
	return nil
}

// contentVariables reads ContentVariables. A switch has the two complaints of F-606.
func (a *Account) contentVariables(d *Draft) (content.Variables, error) {
	strict := a.quirk().Get(quirk.ContentVariables) == "as-reported"
	if !d.has("ContentVariables", d.ContentVariables) {
		if strict {
			return nil, errors.New("there are none")
		}
		return nil, nil
	}
	values, err := content.ParseVariables(d.ContentVariables)
	if err == nil && strict && strings.Contains(d.ContentVariables, "'") {
		return nil, errors.New("there is an apostrophe")
	}
	return values, err
}

// templatePlan returns the plan for a message that cannot be sent as its template is, and whether
// that is so (F-702). The template may have changed since the message was made.
func (a *Account) templatePlan(f Snapshot) (plan, bool) {
	code := a.refuseTemplate(f)
	if code == 0 {
		return plan{}, false
	}
	outcome, _ := carrier.OutcomeOf(code)
	by := byTemplate
	if t, ok := a.Content.Template(f.Template.SID); ok {
		if status := t.Status(a.Clock.Now()); status != content.Approved {
			by += " " + string(status)
		}
	}
	return plan{then: outcome.Then(), by: by}, true
}

// byTemplate is what decided about a message that cannot be sent as its template is.
const byTemplate = "template"

// The codes of a message that no channel takes as its template is.
const (
	codeUnusable     = 63021 // its type is not one of the channel's (F-845)
	codeTemplateGone = 63027 // WhatsApp has no such template
)

// refuseTemplate returns the code with which a message made of a template ends, 0 for none. The
// template may have changed since the message was made.
func (a *Account) refuseTemplate(f Snapshot) int {
	if f.Template.Unusable {
		return codeUnusable
	}
	if address.Prefix(f.To) != address.WhatsApp {
		return 0 // F-689
	}
	t, ok := a.Content.Template(f.Template.SID)
	if !ok {
		return codeTemplateGone
	}
	return t.Refuse(f.Template.Rendered, !a.outsideWindow(f.From, f.To),
		a.quirk().Int(quirk.UnapprovedTemplate), a.Clock.Now())
}

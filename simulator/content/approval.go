package content

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/lazy"
)

// Status is how far WhatsApp's review of a template is (F-688).
type Status string

// The statuses. Only the first five come by themselves.
const (
	Unsubmitted Status = "unsubmitted"
	Received    Status = "received"
	Pending     Status = "pending"
	Approved    Status = "approved"
	Rejected    Status = "rejected"
	Paused      Status = "paused"
	Disabled    Status = "disabled"
)

// Statuses returns all statuses.
func Statuses() []Status { return append([]Status{Unsubmitted}, Reviews()...) }

// Reviews returns the statuses that WhatsApp gives a template.
func Reviews() []Status { return []Status{Received, Pending, Approved, Rejected, Paused, Disabled} }

// How long a template is received, and how long until WhatsApp has decided. Twilio says "within
// minutes" (F-843); the numbers are ours.
const (
	pendingAfter = time.Minute
	decidedAfter = 5 * time.Minute
)

// Approval is WhatsApp's review of a template. It is a value that does not change: a template gets
// a new one.
type Approval struct {
	Name        string    `json:"name"`
	Category    string    `json:"category"`
	ContentType string    `json:"content_type"`
	Language    string    `json:"language"` // of the template when it was submitted
	Submitted   time.Time `json:"submitted"`
	// Outcome is what the review ends with: Approved, Rejected, or Pending for no end.
	Outcome Status `json:"outcome"`
	// Set is a status that a command has set; "" for that of the review.
	Set    Status `json:"set,omitempty"`
	Reason string `json:"reason,omitempty"` // of a rejection
}

// Status returns the status at a time.
func (a *Approval) Status(now time.Time) Status {
	waited := now.Sub(a.Submitted)
	switch {
	case a.Set != "":
		return a.Set
	case waited < pendingAfter:
		return Received
	case waited < decidedAfter:
		return Pending
	}
	return a.Outcome
}

// RejectionReason returns why the template is rejected at a time, "" if it is not.
func (a *Approval) RejectionReason(now time.Time) string {
	if a.Status(now) != Rejected {
		return ""
	}
	return a.Reason
}

// Request is a request for approval (F-686).
type Request struct {
	Name                string `json:"name"`
	Category            string `json:"category"`
	AllowCategoryChange *bool  `json:"allow_category_change"` // without effect
}

// The categories of WhatsApp (F-688).
var categories = []string{"UTILITY", "MARKETING", "AUTHENTICATION"}

// approvalName is the name of a template on WhatsApp: lower-case letters, digits and underscores,
// as the model of the legacy template says.
var approvalName = lazy.Regexp(`^[a-z0-9_]+$`)

// ParseRequest reads the JSON body of a request for approval. The error is an [*apierr.Error].
func ParseRequest(body []byte) (Request, error) {
	var r Request
	if err := json.Unmarshal(body, &r); err != nil {
		return Request{}, apierr.Invalid("the body is not a request for approval: %v", strip(err))
	}
	return r, r.check()
}

func (r *Request) check() error {
	switch {
	case r.Name == "":
		return apierr.Invalid("name is required")
	case !approvalName().MatchString(r.Name):
		return apierr.Invalid("name has lower-case letters, digits and underscores only, not %q", r.Name)
	case r.Category == "":
		return apierr.Invalid("category is required")
	}
	if slices.Contains(categories, r.Category) {
		return nil
	}
	return apierr.Invalid("category is %s, not %q", strings.Join(categories, " or "), r.Category)
}

// reasonFormat is why WhatsApp rejects a template whose placeholders are in a wrong place (F-843).
const reasonFormat = "INVALID_FORMAT"

// misplaced reports whether a text begins or ends with a placeholder, or has two next to each
// other, which WhatsApp rejects (F-843).
func misplaced(body string) bool {
	body = strings.TrimSpace(body)
	end := 0
	for _, at := range placeholder().FindAllStringIndex(body, -1) {
		if at[0] == 0 || at[1] == len(body) || end > 0 && strings.TrimSpace(body[end:at[0]]) == "" {
			return true
		}
		end = at[1]
	}
	return false
}

// submit begins the review of a template. outcome is how reviews end.
func (t *Template) submit(r Request, outcome Status, now time.Time) error {
	typed, k, ok := t.richest(WhatsApp)
	if !ok || !k.opens { // F-841
		return apierr.Invalid("a template of %s cannot be submitted to WhatsApp", names(t.Types))
	}
	a := &Approval{Name: r.Name, Category: r.Category, ContentType: typed.Name, Language: t.Language,
		Submitted: now, Outcome: outcome}
	var object struct {
		Body string `json:"body"`
	}
	_ = json.Unmarshal(typed.Data, &object) // it was checked
	if outcome == Approved && misplaced(object.Body) {
		a.Outcome = Rejected
	}
	if a.Outcome == Rejected {
		a.Reason = reasonFormat
	}
	t.Approval = a
	return nil
}

func names(types Types) string {
	var list []string
	for _, typed := range types {
		list = append(list, typed.Name)
	}
	return strings.Join(list, " and ")
}

// Refuse returns the code with which a message of the template ends on WhatsApp, 0 for none. window
// says that the user has written in the last 24 hours. unapproved is the code for a template whose
// review has not ended (F-702). The order of the reasons is that in which a developer can act on
// them: the window, the review, then the values.
func (t *Template) Refuse(r Rendered, window bool, unapproved int, now time.Time) int {
	switch {
	case window && r.Session && len(r.Buttons) <= r.free(): // F-841
	case !r.Opens:
		return outsideWindow
	default:
		if code := t.refuse(unapproved, now); code != 0 {
			return code
		}
	}
	switch {
	case len(r.Missing) > 0 || len(r.Extra) > 0:
		return wrongParameters
	case r.TooLong():
		return invalidContent
	}
	return 0
}

// free returns how many buttons WhatsApp takes without approval (F-841). Items of a list are not
// buttons.
func (r *Rendered) free() int {
	if r.Type == "twilio/quick-reply" {
		return 3
	}
	return len(r.Buttons)
}

// The codes of messages on WhatsApp (E.4).
const (
	outsideWindow    = 63016
	invalidContent   = 63021
	noLanguage       = 63027
	wrongParameters  = 63028
	templateRejected = 63040
	templatePaused   = 63041
	templateDisabled = 63042
)

func (t *Template) refuse(unapproved int, now time.Time) int {
	switch t.Status(now) {
	case Approved:
		if t.Approval.Language != t.Language {
			return noLanguage
		}
		return 0
	case Rejected:
		return templateRejected
	case Paused:
		return templatePaused
	case Disabled:
		return templateDisabled
	}
	return unapproved
}

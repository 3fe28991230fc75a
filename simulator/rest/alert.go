package rest

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/sid"
	"twilsim/simulator/uri"
)

var alertList = listNames{key: "alerts"} // v1 has no XML

// listAlerts lists the alerts of Twilio's debugger, newest first. Our own hints are left out,
// because Twilio does not have them. Twilio keeps alerts for 30 days (documentation of
// StartDate); that is not simulated.
func listAlerts(_ context.Context, r *request) (*answer, error) {
	from, err := r.dateFilter("StartDate")
	if err != nil {
		return nil, err
	}
	to, err := r.dateFilter("EndDate")
	if err != nil {
		return nil, err
	}
	asked, err := r.paging()
	if err != nil {
		return nil, err
	}
	period, level := span{from.first, to.end}, r.form.Get("LogLevel")
	var alerts []*journal.Alert
	enough := (asked.number+1)*asked.size + 1 // with the first one behind the page
	if asked.token != "" {
		enough = math.MaxInt
	}
	for t := range r.account.Journal.Backward(journal.Alerts, "") {
		a := t.(*journal.Alert)
		if !a.Hint() && period.has(a.At) && (level == "" || string(a.Level) == level) {
			alerts = append(alerts, a)
			if asked.token != "" && a.MonitorSID == asked.token[2:] {
				enough = len(alerts) + asked.size + 1
			}
			if len(alerts) == enough {
				break
			}
		}
	}
	sid := func(a *journal.Alert) string { return a.MonitorSID }
	return listOf(r, alertList, alerts, sid, alertObject)
}

// dateFilter reads a filter that is a day or a time in GMT. Without the filter, both bounds are
// zero.
func (r *request) dateFilter(name string) (span, error) {
	value := r.form.Get(name)
	if value == "" {
		return span{}, nil
	}
	t, unit, ok := parseDate(value)
	if !ok {
		return span{}, invalidDate(name, value)
	}
	return span{t, t.Add(unit)}, nil
}

func fetchAlert(_ context.Context, r *request) (*answer, error) {
	if !sid.Valid(r.vars[0], "NO") {
		return nil, apierr.NotFound()
	}
	for t := range r.account.Journal.Backward(journal.Alerts, "") {
		if a := t.(*journal.Alert); a.MonitorSID == r.vars[0] {
			return &answer{status: http.StatusOK, object: alertInstance(r, a)}, nil
		}
	}
	return nil, apierr.NotFound()
}

// alertObject returns an alert as lists have it, with its keys in the order of the examples in
// Twilio's OpenAPI document of monitor.twilio.com. Only [alertInstance] has the request and the
// response. api_version is null if there was no request, as in a captured 14107.
func alertObject(r *request, a *journal.Alert) object {
	x := exchangeOf(r, a)
	version := ""
	if x != nil {
		version = apiVersion
	}
	url := r.base() + "/v1/Alerts/" + a.MonitorSID
	return object{
		aText("account_sid", r.account.SID),
		aText("alert_text", alertText(a, x)),
		aTextOrNull("api_version", version),
		anISO8601("date_created", a.At),
		anISO8601("date_generated", a.At),
		anISO8601("date_updated", a.At),
		aText("error_code", a.Code),
		aText("log_level", string(a.Level)),
		aText("more_info", moreInfo(a)),
		aTextOrNull("request_method", method(x)),
		aTextOrNull("request_url", requestURL(x)),
		aTextOrNull("resource_sid", a.SID),
		aText("sid", a.MonitorSID),
		aText("url", url),
		aNull("service_sid"),
	}
}

// alertInstance returns an alert as a fetch has it. In all captures (see [alertText])
// request_headers is null, and so is service_sid if the alert is about a message.
func alertInstance(r *request, a *journal.Alert) object {
	o := alertObject(r, a)
	x := exchangeOf(r, a)
	variables := aNull("request_variables")
	body, headers := aNull("response_body"), aNull("response_headers")
	if x != nil {
		variables = aText(variables.name, requestVariables(x))
	}
	if x != nil && x.Status != 0 {
		body = aText(body.name, x.ResponseBody)
		headers = aText(headers.name, formHeader(x.ResponseHeader))
	}
	// at the same places as in the captures, because the order of keys is part of the answer
	after := func(name string) int {
		return 1 + slices.IndexFunc(o, func(f field) bool { return f.name == name })
	}
	o = slices.Insert(o, after("request_url"), variables)
	return slices.Insert(o, after("resource_sid"), body, headers, aNull("request_headers"))
}

// exchangeOf returns the webhook that raised an alert, nil if none did or it is no longer kept.
func exchangeOf(r *request, a *journal.Alert) *journal.Exchange {
	if thing, ok := r.account.Journal.Thing(journal.Webhooks, a.Exchange); ok {
		return thing.(*journal.Exchange)
	}
	return nil
}

// logLevels are the levels as alertText has them. Hints are not in Twilio's debugger.
var logLevels = map[journal.Level]string{
	journal.LevelError:   "ERROR",
	journal.LevelWarning: "WARN",
}

// alertText returns the details of an alert, form-encoded (F-153). Names and order are those of
// captures in the tests of twilio-ruby 4 and kevinburke/twilio-go. Alerts with a code about HTTP
// have the details of the request, and the component is 14100 in every capture about a message.
// Msg has our own text, because no source has all of Twilio's.
func alertText(a *journal.Alert, x *journal.Exchange) string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + escape(value))
	}
	add("sourceComponent", "14100")
	if x != nil && strings.HasPrefix(a.Code, "112") {
		if x.Status != 0 {
			add("httpResponse", strconv.Itoa(x.Status))
		}
		add("url", requestURL(x))
	}
	add("ErrorCode", a.Code)
	add("LogLevel", logLevels[a.Level])
	add("Msg", a.Text)
	add("EmailNotification", "false")
	return b.String()
}

func moreInfo(a *journal.Alert) string {
	code, _ := strconv.Atoi(a.Code) // it is a number: hints are left out
	return errcode.Docs(code)
}

func method(x *journal.Exchange) string {
	if x == nil {
		return ""
	}
	return x.Method
}

// requestURL returns the URL of a webhook, for a GET without its query, which is in
// [requestVariables].
func requestURL(x *journal.Exchange) string {
	switch {
	case x == nil:
		return ""
	case x.Method == http.MethodGet:
		return uri.WithoutQuery(x.URL)
	}
	return x.URL
}

func requestVariables(x *journal.Exchange) string {
	if x.Method != http.MethodGet {
		return x.Body
	}
	if u, err := url.Parse(x.URL); err == nil {
		return u.RawQuery
	}
	return ""
}

// formHeader returns a header form-encoded, as in captures.
func formHeader(h journal.Header) string {
	var fields []string
	for name, value := range h.All() {
		fields = append(fields, escape(name)+"="+escape(value))
	}
	return strings.Join(fields, "&")
}

package rest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/errcode"
	"twilsim/simulator/journal"
	"twilsim/simulator/sid"
)

var alertShelf = shelf{key: "alerts"} // v1 has no XML

// listAlerts lists what Twilio's debugger has, newest first. Our own hints are not in it: Twilio would not say them. That it has
// nothing older than 30 days (of the documentation of StartDate) is not simulated.
func listAlerts(_ context.Context, r *request) (*answer, error) {
	from, err := r.moment("StartDate")
	if err != nil {
		return nil, err
	}
	to, err := r.moment("EndDate")
	if err != nil {
		return nil, err
	}
	period, level := span{from.first, to.end}, r.form.Get("LogLevel")
	var alerts []*journal.Alert
	for t := range r.account.Journal.Backward(journal.Alerts, "") {
		a := t.(*journal.Alert)
		if !a.Hint() && period.has(a.At) && (level == "" || string(a.Level) == level) {
			alerts = append(alerts, a)
		}
	}
	return listOf(r, alertShelf, alerts, func(a *journal.Alert) string { return a.MonitorSID }, alertObject)
}

// moment reads a filter that is a day or a time, in GMT; both of its bounds are zero without one.
func (r *request) moment(name string) (span, error) {
	value := r.form.Get(name)
	if value == "" {
		return span{}, nil
	}
	t, unit, ok := parseDate(value)
	if !ok {
		return span{}, invalid(name + " is YYYY-MM-DD or a time in ISO 8601, not " + value)
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

// alertObject is an alert as a list has it, in the order of the examples in Twilio's OpenAPI document of monitor.twilio.com. What
// came over the wire is in [alertInstance] alone. api_version is null where there was no request, as in a captured 14107.
func alertObject(r *request, a *journal.Alert) object {
	x := exchangeOf(r, a)
	version := ""
	if x != nil {
		version = apiVersion
	}
	url := r.base() + "/v1/Alerts/" + a.MonitorSID
	return object{
		aText("account_sid", r.account.SID), aText("alert_text", alertText(a, x)), aTextOrNull("api_version", version),
		anISO8601("date_created", a.At), anISO8601("date_generated", a.At), anISO8601("date_updated", a.At),
		aText("error_code", a.Code), aText("log_level", string(a.Level)), aText("more_info", moreInfo(a)),
		aTextOrNull("request_method", method(x)), aTextOrNull("request_url", requestURL(x)), aTextOrNull("resource_sid", a.SID),
		aText("sid", a.MonitorSID), aText("url", url), aNull("service_sid"),
	}
}

// alertInstance is an alert by itself. In all captures (see [alertText]) request_headers is null, and so is service_sid for a message.
func alertInstance(r *request, a *journal.Alert) object {
	o := alertObject(r, a)
	x := exchangeOf(r, a)
	variables, body, headers := aNull("request_variables"), aNull("response_body"), aNull("response_headers")
	if x != nil {
		variables = aText(variables.name, requestVariables(x))
	}
	if x != nil && x.Status != 0 {
		body, headers = aText(body.name, x.ResponseBody), aText(headers.name, formHeader(x.ResponseHeader))
	}
	after := func(name string) int { return slices.IndexFunc(o, func(f field) bool { return f.name == name }) + 1 }
	o = slices.Insert(o, after("request_url"), variables)
	return slices.Insert(o, after("resource_sid"), body, headers, aNull("request_headers"))
}

// exchangeOf returns the webhook that an alert came from, nil for none or one that is not kept any more.
func exchangeOf(r *request, a *journal.Alert) *journal.Exchange {
	if thing, ok := r.account.Journal.Thing(journal.Webhooks, a.Exchange); ok {
		return thing.(*journal.Exchange)
	}
	return nil
}

// alertText are the details of an alert, form-encoded (F-153), with the names and in an order of captured ones, which are in the
// tests of twilio-ruby 4 and of kevinburke/twilio-go: those about HTTP are there for the codes about HTTP, and 14100 is the
// component in every capture about a message. Msg has our words, for no source has all of Twilio's.
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
	add("LogLevel", map[journal.Level]string{journal.LevelError: "ERROR", journal.LevelWarning: "WARN"}[a.Level])
	add("Msg", a.Text)
	add("EmailNotification", "false")
	return b.String()
}

func moreInfo(a *journal.Alert) string {
	code, _ := strconv.Atoi(a.Code) // a code of Twilio's is a number
	return errcode.Docs(code)
}

func method(x *journal.Exchange) string {
	if x == nil {
		return ""
	}
	return x.Method
}

// requestURL is the URL of the request; the parameters of a GET are in [requestVariables].
func requestURL(x *journal.Exchange) string {
	switch {
	case x == nil:
		return ""
	case x.Method == http.MethodGet:
		url, _, _ := strings.Cut(x.URL, "?")
		return url
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

// formHeader writes a header form-encoded, as captures have it.
func formHeader(h journal.Header) string {
	var fields []string
	for name, value := range h.All() {
		fields = append(fields, escape(name)+"="+escape(value))
	}
	return strings.Join(fields, "&")
}

package sdk_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"

	"twilsim/simulator"
	"twilsim/simulator/messaging"
)

// TestAlerts reads alerts with the SDK: in pages, by level, by day, and one in full (F-153).
func TestAlerts(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Server)
	defer server.Close()
	sdk := monitor.NewApiServiceWithClient(w.client(server.URL, simulator.DefaultAccountSID,
		simulator.DefaultAuthToken))
	start := w.Account().Clock.Now()
	for i, document := range []string{"", "<Answer/>", "<Response><Mesage/></Response>",
		"<Response>", "<Response><Say/></Response>"} {
		w.fail(i, document)
	}

	list, err := sdk.ListAlert((&monitor.ListAlertParams{}).SetPageSize(2))
	if diff := cmp.Diff([]string{"14110", "12100", "12200", "12102", "11321"},
		codes(must(t, list, err))); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	between := (&monitor.ListAlertParams{}).SetStartDate(start.Add(time.Minute))
	for _, tt := range []struct {
		name   string
		params *monitor.ListAlertParams
		want   []string
	}{
		{"errors", (&monitor.ListAlertParams{}).SetLogLevel("error").SetPageSize(1),
			[]string{"12100", "12102"}},
		{"warnings", (&monitor.ListAlertParams{}).SetLogLevel("warning"),
			[]string{"14110", "12200", "11321"}},
		{"from", (&monitor.ListAlertParams{}).SetStartDate(start.Add(3 * time.Hour)),
			[]string{"14110", "12100"}},
		{"to", (&monitor.ListAlertParams{}).SetEndDate(start.Add(time.Hour)),
			[]string{"12102", "11321"}},
		{"between", between.SetEndDate(start.Add(2 * time.Hour)), []string{"12200", "12102"}},
		{"limit", (&monitor.ListAlertParams{}).SetLimit(1), []string{"14110"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := sdk.ListAlert(tt.params)
			if diff := cmp.Diff(tt.want, codes(must(t, list, err))); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
		})
	}

	alert, err := sdk.FetchAlert(*list[3].Sid)
	must(t, alert, err)
	text, err := url.ParseQuery(*alert.AlertText)
	must(t, text, err)
	code, level := text.Get("ErrorCode"), text.Get("LogLevel")
	if code != "12102" || level != "ERROR" || text.Get("Msg") == "" {
		t.Errorf("alert_text %v", text)
	}
	variables, err := url.ParseQuery(*alert.RequestVariables)
	must(t, variables, err)
	if variables.Get("MessageSid") != *alert.ResourceSid || variables.Get("Body") != "text 1" {
		t.Errorf("request_variables %v", variables)
	}
	got := map[string]string{
		"account_sid": *alert.AccountSid, "api_version": *alert.ApiVersion,
		"log_level": *alert.LogLevel, "more_info": *alert.MoreInfo,
		"request_method": *alert.RequestMethod, "response_body": *alert.ResponseBody,
		"response_headers": *alert.ResponseHeaders,
		"generated":        alert.DateGenerated.Sub(start).String(), "url": *alert.Url,
	}
	want := map[string]string{
		"account_sid": simulator.DefaultAccountSID, "api_version": "2010-04-01",
		"log_level": "error",
		"more_info": "https://www.twilio.com/docs/errors/12102", "request_method": "POST",
		"response_body":    "<Answer/>",
		"response_headers": "Content-Type=text%2Fxml", "generated": "1h0m0s",
		"url": "https://monitor.twilio.com/v1/Alerts/" + *alert.Sid,
	}
	if diff := cmp.Diff(want,
		got); diff != "" || alert.ServiceSid != nil || alert.RequestHeaders != nil {
		t.Errorf("alert (-want +got):\n%s", diff)
	}
	_, err = sdk.FetchAlert("NO00000000000000000000000000000000")
	wantError(t, err, 404, 20404)
}

// fail lets a handset text the number, an hour after the last time. A bin with the document
// answers; with "" the number has no webhook.
func (w *world) fail(i int, document string) {
	w.t.Helper()
	if i > 0 {
		w.advance(time.Hour)
	}
	url := ""
	if document != "" {
		bin, err := w.Account().SetBin("answer", document)
		url = must(w.t, bin, err).URL
	}
	_, err := w.Account().SetNumber(simulator.DefaultPhoneNumber, url, "")
	must(w.t, url, err)
	_, err = w.Account().Receive(w.t.Context(), messaging.Text{
		From: recipient, To: simulator.DefaultPhoneNumber, Body: "text " + string(rune('0'+i)),
	})
	must(w.t, url, err)
}

func codes(alerts []monitor.MonitorV1Alert) (codes []string) {
	for _, a := range alerts {
		codes = append(codes, *a.ErrorCode)
	}
	return codes
}

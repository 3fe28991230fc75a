package display

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/control"
	"twilsim/simulator/doctor"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/terminal"
)

// printed returns what a function prints, stdout before stderr.
func printed(change func(*terminal.UI), print func(*terminal.UI)) string {
	var out, errs strings.Builder
	u := terminal.New(strings.NewReader(""), &out, &errs, func(string) string { return "" })
	if change != nil {
		change(u)
	}
	print(u)
	return out.String() + errs.String()
}

func TestReceiptOfFailedApp(t *testing.T) {
	number := "+12025550142"
	r := &control.Receipt{
		Message: &control.Message{SID: "SM7a3f9c01", From: &number, To: "+12025550100", Body: "hi"},
		Webhooks: []*journal.Exchange{{
			Name: "W1", Method: "POST", URL: "http://localhost/sms", Status: 500, Code: "11200",
			Purpose: journal.Inbound, Duration: 4 * time.Millisecond,
		}},
	}
	if !Troubled(r) {
		t.Error("an answer of 500 is not seen as a failure")
	}
	got := printed(nil, func(u *terminal.UI) {
		if err := Receipt(u, r, terminal.Times{}); err != nil {
			t.Error(err)
		}
	})
	for _, want := range []string{
		"SM7a3f9c   +12025550142 -> +12025550100   \"hi\"", "W1",
		"twilsim: your app answered 500 Internal Server Error\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "reply") {
		t.Errorf("a failed webhook has no reply:\n%s", got)
	}
}

func TestDiagnosis(t *testing.T) {
	findings := []doctor.Finding{
		{Section: "app", Name: "answers", Level: doctor.OK},
		{Section: "app", Name: "signature", Level: doctor.Failure, Text: "accepts any", Try: "check it"},
		{Section: "env", Name: "NO_PROXY", Level: doctor.Warning, Cause: "it has .com"},
	}
	print := func(u *terminal.UI) {
		d := &Diagnosis{UI: u}
		for _, f := range findings {
			d.Print(f)
		}
		d.Sum()
		if d.Failed != 1 || d.Warnings != 1 {
			t.Errorf("counted %d failures and %d warnings", d.Failed, d.Warnings)
		}
	}
	want := `app
  ok    answers
  FAIL  signature      accepts any
        try     check it
env
  warn  NO_PROXY
        cause   it has .com
1 failed, 1 warning
`
	if diff := cmp.Diff(want, printed(nil, print)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	quiet := printed(func(u *terminal.UI) { u.Quiet = true }, print)
	if strings.Contains(quiet, "answers") || !strings.Contains(quiet, "signature") {
		t.Errorf("--quiet prints\n%s", quiet)
	}
}

func TestMessagesShowsMatches(t *testing.T) {
	code := 30003
	found := &control.Messages{
		Count: control.Count{Matched: 7},
		Messages: []*control.Message{{
			SID: "SM7a3f9c01", To: "+12025550142", Status: "undelivered", ErrorCode: &code,
			Direction: messaging.OutboundAPI, NumSegments: "1", Body: "hi",
		}},
	}
	got := printed(nil, func(u *terminal.UI) { _ = Messages(u, found, terminal.Times{}) })
	for _, want := range []string{"30003", "undelivered", "1 message of 7"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

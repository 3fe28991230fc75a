package incident

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	simscript "twilsim/testscript"
)

const (
	sm1 = "SM11111111111111111111111111111111"
	sm2 = "SM22222222222222222222222222222222"
)

const messageJSON = `{"sid":"` + sm1 +
	`","direction":"outbound-api","from":"+14155550123","to":"+14155559876",
"body":"Dear Jane, your code is 482913","status":"undelivered","error_code":30003,
"num_segments":"1","num_media":"0",
"date_created":"Fri, 24 May 2019 17:44:46 +0000","date_sent":"Fri, 24 May 2019 17:44:50 +0000",
"date_updated":"Fri, 24 May 2019 17:45:00 +0000","uri":"/x"}`

const events = `[{"specversion":"1.0",
"type":"com.twilio.messaging.message.sent","time":"2019-05-24T17:44:50Z",
"data":{"messageSid":"` + sm1 + `","messageStatus":"SENT","timestamp":"2019-05-24T17:44:50Z"}},
{"specversion":"1.0",
"type":"com.twilio.messaging.message.undelivered","time":"2019-05-24T17:45:00Z",
"data":{"messageSid":"` + sm1 + `","messageStatus":"UNDELIVERED","errorCode":30003,
"timestamp":"2019-05-24T17:45:00Z"}}]`

const alertsJSON = `{"alerts":[{"sid":"NO11111111111111111111111111111111","error_code":"30003",
"alert_text":"x",
"resource_sid":"` + sm1 + `","date_created":"2019-05-24T17:45:00Z"}],"meta":{}}`

const logCSV = "\xef\xbb\xbfFrom,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode," +
	"AccountSid,Sid,Direction,Price,PriceUnit\r\n" +
	"+14155559876,+14155550123,\"Where is\nmy " +
	"order?\",received,2019-05-24T17:44:00Z,2010-04-01,1,,AC1," + sm2 + ",inbound,,\r\n"

const accessLog = `10.0.0.1 - - [24/May/2019:17:45:09 +0000] "POST /status HTTP/1.1" 200 0 ` +
	`body="MessageSid=` + sm1 +
	`&MessageStatus=undelivered&ErrorCode=30003&From=%2B14155550123&To=%2B14155559876"
10.0.0.1 - - [24/May/2019:17:45:10 +0000] "GET /health HTTP/1.1" 200 2
`

func scenario(t *testing.T, files ...string) (string, *Record) {
	t.Helper()
	r := &Record{}
	for i, text := range files {
		if err := r.Add("file"+string(rune('1'+i)), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := r.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	return string(w.Text), r
}

// TestScenario checks what is made of the files, alone and together.
func TestScenario(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		want  []string // parts of the scenario, in any order
	}{
		{"message", []string{messageJSON}, []string{"send to=+12025550101 from=+12025550100 body=",
			"then=sent,undelivered:30003 times=1", "status=undelivered error_code=30003", "# assumed:"}},
		{"list", []string{`{"messages":[` + messageJSON + `]}`}, []string{"status=undelivered"}},
		{"events", []string{messageJSON, events}, []string{"then=sent@4s,undelivered:30003@14s times=1"}},
		{"access log", []string{messageJSON, events, accessLog},
			[]string{"then=sent@4s,undelivered:30003@14s>23s times=1"}},
		{"alert", []string{messageJSON, alertsJSON}, []string{"expect alert code=30003"}},
		{"log", []string{logCSV, messageJSON}, []string{"sms +12025550101 +12025550100 ",
			"clock advance 46s",
			"send to=+12025550101"}},
		// a log without texts and numbers takes nothing away from what the API said
		{"log without columns", []string{messageJSON, "Sid,Status\n" + sm1 + ",undelivered\n"},
			[]string{"send to=+12025550101 from=+12025550100 body=", "error_code=30003"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := scenario(t, tt.files...)
			for _, part := range tt.want {
				if !strings.Contains(got, part) {
					t.Errorf("no %q in\n%s", part, got)
				}
			}
			for _, personal := range []string{"4155559876", "4155550123", "Jane", "482913", "order", sm1} {
				if strings.Contains(got, personal) {
					t.Errorf("%s is in\n%s", personal, got)
				}
			}
		})
	}
}

// TestLogFormat checks a log in no usual format, and expressions that cannot be one.
func TestLogFormat(t *testing.T) {
	const log = "1558719909 hook=/status took=3ms form=MessageSid=" + sm1 +
		"&MessageStatus=undelivered&ErrorCode=30003 at=2019-05-24T17:45:09Z\nother\n"
	format := regexp.MustCompile(`(?m)form=(?P<body>\S+) at=(?P<time>\S+)`)
	r := &Record{LogFormat: format}
	for _, file := range []string{messageJSON, events, log} {
		if err := r.Add("file", []byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := r.Scenario()
	if err != nil || !strings.Contains(string(w.Text), "undelivered:30003@14s>23s") {
		t.Errorf("%v: %s", err, w.Text)
	}
	if err := new(Record).Add("file", []byte(log)); !errors.Is(err, ErrUnknown) {
		t.Errorf("without a format: %v, want %v", err, ErrUnknown)
	}
	if err := CheckLogFormat(format); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]string{`(?P<time>\S+)`: "no group body",
		`(?P<body>.*)(?P<tim>.)`: `unknown group "tim"`} {
		if err := CheckLogFormat(regexp.MustCompile(text)); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestRuns checks that what is written runs and passes.
func TestRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scenarios")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]string{
		"message": {messageJSON}, "events": {messageJSON, events}, "log": {logCSV, messageJSON,
			accessLog},
	} {
		text, _ := scenario(t, files...)
		if err := os.WriteFile(filepath.Join(dir, name+".txtar"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	simscript.Run(t, simscript.Options{}, dir)
}

// TestUnknown checks that what is not understood is an error, or a line of its own.
func TestUnknown(t *testing.T) {
	r := &Record{}
	for _, text := range []string{"", "nothing", "a,b\n1,2\n", `{"a":1}`} {
		if err := r.Add("file", []byte(text)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v, want %v", text, err, ErrUnknown)
		}
	}
	if _, err := r.Scenario(); err == nil {
		t.Error("there is a scenario of nothing")
	}
	if err := r.Add("file", []byte(messageJSON+`{"other":1}`)); err != nil {
		t.Error(err)
	}
	if len(r.NotRead) == 0 {
		t.Error("the second value was not understood, and nothing says so")
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(messageJSON))
	_ = z.Close()
	if err := new(Record).Add("file.gz", zipped.Bytes()); err != nil {
		t.Error(err)
	}
}

// TestUnknownValues checks that a message with a status or direction that Twilio does not have is
// left out, because no scenario could have it, and named.
func TestUnknownValues(t *testing.T) {
	for old, wrong := range map[string]string{
		`"status":"undelivered"`:     `status "exploded"`,
		`"direction":"outbound-api"`: `direction "sideways"`,
	} {
		name, _, _ := strings.Cut(wrong, " ")
		text := strings.Replace(messageJSON, old, `"`+name+`":`+strings.TrimPrefix(wrong, name+" "), 1)
		r := &Record{}
		if err := r.Add("file", []byte(text)); err != nil || text == messageJSON {
			t.Fatal(err, text == messageJSON)
		}
		_, err := r.Scenario()
		if err == nil || len(r.NotRead) != 1 || !strings.HasSuffix(r.NotRead[0], wrong) {
			t.Errorf("%s: %v %q", wrong, err, r.NotRead)
		}
	}
}

// TestReplacedText checks that a text keeps its form.
func TestReplacedText(t *testing.T) {
	r := newReplacement(nil, false)
	for _, text := range []string{"Hello, Jane 42!", "Привет 👍", strings.Repeat("long text ", 40),
		"STOP", ""} {
		got := r.text(text)
		if len([]rune(got)) != len([]rune(text)) {
			t.Errorf("%q became %q", text, got)
		}
		if again := r.text(text); again != got {
			t.Errorf("%q became %q and %q", text, got, again)
		}
	}
	if r.text("STOP") != "STOP" {
		t.Error("STOP did not stay")
	}
}

// FuzzAdd checks that no file makes the reader panic, and that a scenario can be written of all
// that was read.
func FuzzAdd(f *testing.F) {
	for _, text := range []string{messageJSON, events, alertsJSON, logCSV, accessLog} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &Record{}
		_ = r.Add("file", data) // most are of no known format
		_, _ = r.Scenario()     // and have no message
	})
}

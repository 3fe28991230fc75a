package sdkcall

import (
	"go/parser"
	"go/token"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const account = "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001"

// hostile is a text that would end a literal or a program that quotes badly.
var hostile = "'); process.exit(1) //\" \"\"\" `${x}` \\ \u2028 \U0001F600 \x00 </script>\n"

// calls are requests of every kind.
var calls = map[string]Call{
	"create": {"POST", account + "/Messages.json",
		"To=%2B12025550142&From=%2B12025550100&Body=hi&MediaUrl=https%3A%2F%2Fa.example%2F1" +
			"&MediaUrl=https%3A%2F%2Fa.example%2F2&ValidityPeriod=60&SmartEncoded=true" +
			"&SendAt=2026-11-26T10%3A42%3A07Z"},
	"hostile": {"POST", account + "/Messages.json", "To=%2B1&Body=" + url.QueryEscape(hostile)},
	"unknown": {"POST", account + "/Messages.json",
		"To=%2B1&Boddy=hi&" + url.QueryEscape(hostile) + "=x"},
	"fetch": {"GET", account + "/Messages/SM00000000000000000000000000000001.json", ""},
	"update": {"POST", account +
		"/Messages/SM00000000000000000000000000000001.json", "Status=canceled"},
	"remove":  {"DELETE", account + "/Messages/SM00000000000000000000000000000001.json", ""},
	"list":    {"GET", account + "/Messages.json?To=%2B12025550142&PageSize=20", ""},
	"service": {"POST", "https://messaging.twilio.com/v1/Services", "FriendlyName=a&FriendlyName=b"},
}

// TestSyntax: what is written is a program of its language, whatever the request holds.
func TestSyntax(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]string{}
	for name, c := range calls {
		for _, language := range Languages() {
			text, err := Write(language, c)
			if err != nil {
				t.Fatal(err)
			}
			if language == "go" {
				if _, err := parser.ParseFile(token.NewFileSet(), name+".go", text,
					parser.AllErrors); err != nil {
					t.Errorf("%s: %v\n%s", name, err, text)
				}
				continue
			}
			file := filepath.Join(dir, name+map[string]string{"node": ".js", "python": ".py"}[language])
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			files[language] = append(files[language], file)
		}
	}
	if _, err := exec.LookPath("node"); err == nil {
		for _, file := range files["node"] {
			if out, err := exec.CommandContext(t.Context(), "node", "--check", file).
				CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		}
	}
	if _, err := exec.LookPath("python3"); err == nil {
		args := append([]string{"-m", "py_compile"}, files["python"]...)
		if out, err := exec.CommandContext(t.Context(), "python3", args...).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	}
}

func TestWrite(t *testing.T) {
	tests := []struct {
		language, call string
		want           []string
	}{
		{"node", "create", []string{"client.messages.create({", `  to: "+12025550142",`,
			`  from: "+12025550100",`,
			`  mediaUrl: ["https://a.example/1", "https://a.example/2"],`, "  validityPeriod: 60,",
			"  smartEncoded: true,",
			`  sendAt: new Date("2026-11-26T10:42:07Z"),`}},
		{"python", "create", []string{"client.messages.create(\n", `    to="+12025550142",`,
			`    from_="+12025550100",`,
			`    media_url=["https://a.example/1", "https://a.example/2"],`, "    smart_encoded=True,",
			`    send_at=datetime.fromisoformat("2026-11-26T10:42:07+00:00"),`}},
		{"go", "create", []string{"params := &api.CreateMessageParams{}",
			`params.SetMediaUrl([]string{"https://a.example/1", "https://a.example/2"})`,
			"params.SetValidityPeriod(60)",
			"params.SetSendAt(time.Date(2026, 11, 26, 10, 42, 7, 0, time.UTC))"}},
		{"node", "unknown", []string{`client.request({`, `  method: "post",`, `    "Boddy": "hi",`}},
		{"python", "remove", []string{`client.messages("SM00000000000000000000000000000001").delete()`}},
		{"go", "update", []string{`params.SetStatus("canceled")`,
			`client.Api.UpdateMessage("SM00000000000000000000000000000001", params)`}},
		{"go", "list", []string{`SendRequest("GET", "https://api.twilio.com/2010-04-01/Accounts/` +
			`AC00000000000000000000000000000001/Messages.json?To=%2B12025550142&PageSize=20"`}},
		{"python", "service", []string{`"FriendlyName": ["a", "b"],`}},
	}
	for _, tt := range tests {
		text, err := Write(tt.language, calls[tt.call])
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s of %s lacks %q:\n%s", tt.language, tt.call, want, text)
			}
		}
	}
	if _, err := Write("cobol", calls["create"]); err == nil ||
		!strings.Contains(err.Error(), "node python go") {
		t.Errorf("an unknown language: %v", err)
	}
}

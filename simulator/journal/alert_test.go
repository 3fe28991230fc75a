package journal

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAlertJSON checks that an alert is read back from its JSON, with its flag.
func TestAlertJSON(t *testing.T) {
	for _, acknowledged := range []bool{false, true} {
		a := &Alert{Name: "A1", Code: "11200", Level: LevelError, MonitorSID: "NO1"}
		if acknowledged && (!a.Acknowledged.Set() || a.Acknowledged.Set()) {
			t.Error("Set reports that the mark was there before, or was not")
		}
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"id":"A1","at":"0001-01-01T00:00:00Z","code":"11200","level":"error","title":"",` +
			`"text":"","monitor_sid":"NO1","acknowledged":` +
			map[bool]string{true: "true", false: "false"}[acknowledged] + `}`
		if diff := cmp.Diff(want, string(data)); diff != "" {
			t.Errorf("JSON (-want +got):\n%s", diff)
		}
		var again Alert
		if err := json.Unmarshal(data, &again); err != nil || again.Acknowledged.Load() != acknowledged ||
			again.MonitorSID != "NO1" {
			t.Errorf("read back: %v, acknowledged %v", err, again.Acknowledged.Load())
		}
	}
	if err := json.Unmarshal([]byte(`{"acknowledged":"yes"}`), new(Alert)); err == nil {
		t.Error("a mark that is a text is read")
	}
}

// TestAlertFields checks that a query can use all fields of AlertFields, and no others.
func TestAlertFields(t *testing.T) {
	a := &Alert{
		Name: "A1", Code: "SIM-4", Level: LevelWarning, Title: "title", Cause: "cause", Text: "text",
		SID: "SM1", Exchange: "W1",
		Line: 2, Column: 3, MonitorSID: "NO1", Fact: "F-154",
	}
	want := map[string]string{
		"id": "A1", "code": "SIM-4", "level": "warning", "title": "title", "cause": "cause",
		"text": "text", "sid": "SM1", "exchange": "W1",
		"line": "2", "column": "3", "acknowledged": "false", "monitor_sid": "NO1", "fact": "F-154",
	}
	got := map[string]string{}
	for _, name := range AlertFields() {
		if value, ok := a.Field(name); ok {
			got[name] = value
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if _, ok := a.Field("other"); ok {
		t.Error("there is a field other")
	}
}

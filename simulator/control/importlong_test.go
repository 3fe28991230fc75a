package control

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestImportIsBounded checks that an importer keeps little more of a long history than the journal
// will, and still checks and counts all of it.
func TestImportIsBounded(t *testing.T) {
	const lines = 400
	var b strings.Builder
	for i := range lines {
		sid := fmt.Sprintf("MM%032d", i)
		fmt.Fprintf(&b, `{"type":"message","sid":%q,"from":"+12025550142","to":"+12025550100",`+
			`"body":"x","status":"received","direction":"inbound","num_segments":"1",`+
			`"_sim":{"media":[{"sid":"ME1"}]}}`+"\n", sid)
		fmt.Fprintf(&b, `{"type":"media","message":%q,"sid":"ME1","data":"eHg="}`+"\n", sid)
		fmt.Fprintf(&b, `{"type":"webhook","id":"W%d","purpose":"inbound","method":"POST",`+
			`"url":"http://127.0.0.1/sms"}`+"\n", i+1)
	}
	late := `{"type":"media","message":"MM` + strings.Repeat("0", 32) + `","sid":"ME1","data":"eHg="}`
	twice := `{"type":"webhook","id":"W1","purpose":"inbound","method":"POST","url":"http://x"}`
	for _, tt := range []struct {
		name      string
		most      int
		mostBytes int64
		last      string
		ok        bool
		least     int
		limit     int
	}{
		{"all", 0, 0, "", true, lines, lines},
		{"100 of each", 100, 0, late, true, 100, 200},
		{"bytes", 0, 50_000, late, true, 50, 250},
		{"a repeated ID of what is gone", 100, 0, twice, false, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := newImporter()
			in.most, in.mostBytes = tt.most, tt.mostBytes
			err := in.read(bufio.NewReader(strings.NewReader(b.String() + tt.last)))
			if (err == nil) != tt.ok {
				t.Fatal(err)
			}
			if !tt.ok {
				return
			}
			kept := len(in.history.Messages)
			if kept < tt.least || kept > tt.limit || kept+in.gone.Messages != lines {
				t.Errorf("%d messages are kept, %d are gone", kept, in.gone.Messages)
			}
			newest := in.history.Messages[kept-1]
			if newest.SID != fmt.Sprintf("MM%032d", lines-1) || string(newest.Media[0].Data) != "xx" {
				t.Errorf("the newest is %+v", newest)
			}
			if n := len(in.history.Webhooks); n < tt.least || n > tt.limit {
				t.Errorf("%d webhooks are kept", n)
			}
		})
	}
}

// TestImportHARIsBounded is the same for an archive, whose entries come newest first.
func TestImportHARIsBounded(t *testing.T) {
	const entries = 400
	var b strings.Builder
	b.WriteString(`{"log":{"entries":[`)
	for i := range entries {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"startedDateTime":"2026-03-01T12:%02d:%02dZ","request":{"method":"POST",`+
			`"url":"http://127.0.0.1/2010-04-01/Accounts/AC1/Messages.json?n=%d","headers":[]},`+
			`"response":{"status":201}}`, (entries-i)/60, (entries-i)%60, entries-i)
	}
	b.WriteString("]}}")
	in := newImporter()
	in.most = 100
	if err := in.read(bufio.NewReader(strings.NewReader(b.String()))); err != nil {
		t.Fatal(err)
	}
	kept := in.history.Requests
	if len(kept) < 100 || len(kept) > 200 || len(kept)+in.gone.Requests != entries {
		t.Fatalf("%d requests are kept, %d are gone, %d are ignored", len(kept), in.gone.Requests,
			in.ignored)
	}
	newest := kept[len(kept)-1]
	if !strings.HasSuffix(newest.URL, "n=400") || newest.Name != "R400" {
		t.Errorf("the newest is %s %s", newest.Name, newest.URL)
	}
}

// TestImportOfLongLine checks that a line without an end is not kept.
func TestImportOfLongLine(t *testing.T) {
	const line = `{"type":"twilsim","version":1}` + "\n"
	endless := io.MultiReader(strings.NewReader(line), io.LimitReader(zeros{}, longestLine+2))
	err := newImporter().read(bufio.NewReader(endless))
	if err == nil || !strings.Contains(err.Error(), "line 2: the line is longer than 32 MiB") {
		t.Error(err)
	}
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

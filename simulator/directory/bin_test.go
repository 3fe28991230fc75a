package directory

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBins(t *testing.T) {
	d := newWorld(t)
	second, _ := d.SetBin("b-2", "two")
	first, _ := d.SetBin("a", "one")
	if diff := cmp.Diff([]Bin{first, second}, d.Bins()); diff != "" {
		t.Errorf("bins (-want +got):\n%s", diff)
	}
	again, _ := d.SetBin("a", "three")
	if again.SID != first.SID || again.Body != "three" {
		t.Errorf("changed to %+v", again)
	}
	for _, ref := range []string{"a", first.SID, first.URL} {
		if got, ok := d.Bin(ref); !ok || got != again {
			t.Errorf("Bin(%q) = %+v, %t", ref, got, ok)
		}
	}
	for _, ref := range []string{"", "c", "https://handler.twilio.com/twiml/"} {
		if got, ok := d.Bin(ref); ok {
			t.Errorf("Bin(%q) = %+v", ref, got)
		}
	}
	for _, name := range []string{"", "A", "-a", "a b", "a/b", "ä"} {
		if _, err := d.SetBin(name, ""); err == nil {
			t.Errorf("SetBin(%q) has no error", name)
		}
	}
}

func TestRender(t *testing.T) {
	values := map[string]string{
		"From": customer, "ToState": "",
		"Body": `</Message><Message to="+1">&amp; 'x' "y" {{From}}` + "\n",
	}
	params := func(name string) string { return values[name] }
	for _, tt := range []struct{ name, body, want string }{
		{"nothing to fill in", "<Response/>", "<Response/>"},
		{"a parameter", "<Message>{{From}}</Message>", "<Message>+12025550142</Message>"},
		{"spaces", "{{ From }}{{\tFrom\n}}", "+12025550142+12025550142"},
		{"unknown", "[{{Nobody}}]", "[]"},
		{"empty", "[{{ToState}}]", "[]"},
		{"no name", "{{}} {{a b}} {From}", "{{}} {{a b}} {From}"},
		{"hostile", "<Message>{{Body}}</Message>",
			"<Message>&lt;/Message&gt;&lt;Message to=&#34;+1&#34;&gt;&amp;amp; &#39;x&#39; " +
				"&#34;y&#34; {{From}}&#xA;</Message>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(Bin{Body: tt.body}.Render(params))); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

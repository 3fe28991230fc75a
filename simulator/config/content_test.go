package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator"
)

// TestTemplates: the templates of a file, as texts, files and with settings.
func TestTemplates(t *testing.T) {
	folder := t.TempDir()
	body := `{"language":"es","types":{"twilio/text":{"body":"Hola {{1}}"}},"variables":{"1":"Ana"}}`
	if err := os.WriteFile(filepath.Join(folder, "hola.json"), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	sid := "HX" + strings.Repeat("a1", 16)
	f, err := parseFile(filepath.Join(folder, FileName), []byte("content:\n"+
		"  hello: Hello {{1}}, it is ready.\n  hola: hola.json\n"+
		"  paused:\n    text: Bye\n    sid: "+sid+"\n    whatsapp: paused\n"))
	if err != nil {
		t.Fatal(err)
	}
	sim := &simulator.Server{}
	t.Cleanup(sim.Close)
	if err := f.Apply(sim); err != nil {
		t.Fatal(err)
	}
	library := sim.Account().Content
	for name, want := range map[string]string{"hello": "en unsubmitted", "hola": "es unsubmitted",
		"paused": "en paused"} {
		made, err := library.Find(name)
		got := made.Language + " " + string(made.Status(sim.Account().Clock.Now()))
		if err != nil || got != want || name == "paused" && made.SID != sid {
			t.Errorf("%s is %s %s, %v", name, made.SID, got, err)
		}
	}
}

// TestTemplateErrors: the place of each mistake, and what is wrong.
func TestTemplateErrors(t *testing.T) {
	for yaml, want := range map[string]string{
		"content: hello\n":                    "1:10: content: want lines of NAME: VALUE",
		"content:\n  hello: [a]\n":            "2:10: hello: want a text, the name of a .json file",
		"content:\n  hello:\n    sid: HX1\n":  "3:10: sid: want HX and 32 hex digits",
		"content:\n  hello:\n    txt: a\n":    `3:5: hello: unknown setting "txt"`,
		"content:\n  hello:\n    text:\n":     "3:11: text: want a value",
		"content:\n  hello: nowhere.json\n":   "2:10: hello: cannot read the template nowhere.json",
		"content:\n  x:\n    whatsapp: yep\n": `3:15: whatsapp: unknown status "yep"`,
	} {
		_, err := parseFile("x.yaml", []byte(yaml))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", yaml, err, want)
		}
	}
	f, err := parseFile("x.yaml", []byte("content:\n  hello: Hello {{#1}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	sim := &simulator.Server{}
	t.Cleanup(sim.Close)
	err = f.Apply(sim)
	if err == nil || !strings.Contains(err.Error(), "x.yaml:2:3: content: 90025") {
		t.Errorf("a tag that is not supported: %v", err)
	}
}

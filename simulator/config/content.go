package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"twilsim/simulator/content"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
)

// template is a content template of the file.
type template struct {
	name, sid string
	draft     content.Draft
	status    content.Status // of WhatsApp's approval; "" for unsubmitted
	node      ast.Node
}

// takeTemplate reads a template: its text, the name of a .json file with the body that the Content
// API takes, or lines with the settings text or file, sid and whatsapp.
func (f *File) takeTemplate(pair *ast.MappingValueNode) error {
	t := template{name: pair.Key.GetToken().Value, node: pair.Key}
	source, ok := scalar(pair.Value)
	if mapping, is := pair.Value.(*ast.MappingNode); is {
		ok = true
		for _, line := range mapping.Values {
			if err := f.takeTemplateLine(&t, &source, line); err != nil {
				return err
			}
		}
	}
	if !ok || source == "" {
		return at(f.Path, pair.Value, "%s: want a text, the name of a .json file, or lines of "+
			"SETTING: VALUE", t.name).try("file: " + t.name + ".json")
	}
	var err error
	if t.draft, err = f.draft(t.name, source); err != nil {
		return at(f.Path, pair.Value, "%s: ", t.name).within(err)
	}
	f.seed.templates = append(f.seed.templates, t)
	return nil
}

func (f *File) takeTemplateLine(t *template, source *string, line *ast.MappingValueNode) error {
	value, ok := scalar(line.Value)
	if _, empty := line.Value.(*ast.NullNode); empty {
		ok = false
	}
	switch name := line.Key.GetToken().Value; {
	case !ok || value == "":
		return at(f.Path, line.Value, "%s: want a value", name)
	case name == "text" || name == "file":
		*source = value
	case name == "sid" && sid.Valid(value, "HX"):
		t.sid = value
	case name == "sid":
		return at(f.Path, line.Value, "sid: want HX and 32 hex digits")
	case name == "whatsapp" && slices.Contains(content.Reviews(), content.Status(value)):
		t.status = content.Status(value)
	case name == "whatsapp":
		return at(f.Path, line.Value, "whatsapp: unknown status %q", value).
			try("whatsapp: approved")
	default:
		return at(f.Path, line.Key, "%s: unknown setting %q", t.name, name).
			try("text, file, sid or whatsapp")
	}
	return nil
}

// draft makes a template of a text, or of a file beside this one. A text becomes a template of type
// twilio/text in English. The key of the file is its friendly name, also where the .json file has
// another.
func (f *File) draft(name, source string) (content.Draft, error) {
	if !strings.HasSuffix(source, ".json") {
		english := "en"
		data, err := json.Marshal(map[string]string{"body": source})
		return content.Draft{FriendlyName: &name, Language: &english,
			Types: content.Types{{Name: "twilio/text", Data: data}}}, err
	}
	if !filepath.IsAbs(source) {
		source = filepath.Join(filepath.Dir(f.Path), source)
	}
	data, err := os.ReadFile(source)
	if err != nil {
		return content.Draft{}, unreadable("the template", source, err)
	}
	d, err := content.ParseDraft(data)
	d.FriendlyName = &name
	return d, err
}

func (f *File) applyTemplates(account *messaging.Account) error {
	for _, t := range f.seed.templates {
		made, err := account.Content.CreateAs(t.sid, t.draft)
		if err == nil && t.status != "" {
			_, err = account.Content.SetStatus(made.SID, t.status, "")
		}
		if err != nil {
			return at(f.Path, t.node, "content: ").within(err)
		}
	}
	return nil
}

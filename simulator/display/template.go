package display

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/content"
	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Templates prints a list of content templates.
func Templates(u *terminal.UI, list *control.Templates) error {
	err := terminal.List(u, list.Templates, []terminal.Column[control.Template]{
		{Head: "SID", Value: func(t control.Template) string { return t.SID }},
		{Head: "NAME", Value: func(t control.Template) string { return cmp.Or(t.FriendlyName, "-") }},
		{Head: "LANGUAGE", Drop: 2, Value: func(t control.Template) string { return t.Language }},
		{Head: "WHATSAPP", Value: func(t control.Template) string { return string(t.Status) }},
		{Head: "TYPES", Drop: 1, Value: func(t control.Template) string {
			return strings.Join(t.Kinds(), " ")
		}},
	})
	u.Countf(len(list.Templates), "template", "")
	return err
}

// Template prints a content template.
func Template(u *terminal.UI, t *control.Template) error {
	if u.JSON {
		return u.Encode(t)
	}
	u.Printf("%s   %s   %s\n", t.SID, cmp.Or(t.FriendlyName, "-"), t.Language)
	status := string(t.Status)
	if a := t.Approval; a != nil {
		status += "   " + a.Name + "   " + a.Category
		if t.Status == content.Rejected {
			status += "   " + a.Reason
		}
	}
	u.Printf("  whatsapp   %s\n", status)
	for _, key := range slices.Sorted(maps.Keys(t.Variables)) {
		u.Printf("  {{%s}}   %s\n", key, t.Variables[key])
	}
	var types content.Types
	if err := json.Unmarshal(t.Types, &types); err != nil {
		return err
	}
	for _, typed := range types {
		u.Printf("  %s   %s\n", typed.Name, string(typed.Data))
	}
	return nil
}

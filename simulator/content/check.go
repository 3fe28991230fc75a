package content

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"twilsim/simulator/apierr"
	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
)

// Draft is what a request says about a template (F-681). The fields of an update that it leaves out
// are nil.
type Draft struct {
	FriendlyName *string   `json:"friendly_name"`
	Language     *string   `json:"language"`
	Variables    Variables `json:"variables"`
	Types        Types     `json:"types"`
}

// language is a code such as en, es_MX or zh_Hans_HK.
var language = lazy.Regexp(`^[a-z]{2,3}(_[A-Za-z0-9]{2,4}){0,2}$`)

// ParseDraft reads the JSON body of a request. The error is an [*apierr.Error].
func ParseDraft(body []byte) (Draft, error) {
	var d Draft
	if err := json.Unmarshal(body, &d); err != nil {
		return Draft{}, apierr.Invalid("the body is not a template: %v", strip(err))
	}
	return d, nil
}

// strip returns the text of an error of encoding/json without the names of Go's types.
func strip(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		if wrong.Field == "" {
			return "it is an object, not " + wrong.Value
		}
		return wrong.Field + " is another thing than " + wrong.Value
	}
	return err.Error()
}

// check reports what is wrong with a template. The error is an [*apierr.Error] about the first
// thing that is wrong, which it names by its path.
func (t *Template) check() error {
	switch {
	case t.Language == "":
		return apierr.Invalid("language is required")
	case !language().MatchString(t.Language):
		return apierr.Invalid("language is a code such as en or es_MX, not %q", t.Language)
	case len(t.Types) == 0:
		return apierr.Invalid("types is required")
	}
	keys := map[string]bool{}
	for _, typed := range t.Types {
		k, place := kindOf(typed.Name)
		if place < 0 {
			return unknownKind(typed.Name)
		}
		var object map[string]any
		if json.Unmarshal(typed.Data, &object) != nil || object == nil {
			return apierr.Invalid("%s is an object", typed.Name)
		}
		c := checker{kind: typed.Name, keys: keys}
		if err := c.object(typed.Name, object, k.fields); err != nil {
			return err
		}
	}
	return t.checkVariables(keys)
}

func unknownKind(name string) error {
	if near := suggest.Nearest(name, kindNames()); near != "" {
		return apierr.Invalid("there is no content type %q; did you mean %q?", name, near)
	}
	return apierr.Invalid("there is no content type %q, only %s", name, strings.Join(kindNames(), " "))
}

// checkVariables checks the template's keys, and those of its sample values (F-694).
func (t *Template) checkVariables(keys map[string]bool) error {
	for key := range t.Variables {
		keys[key] = true
	}
	if len(keys) > maxVariables {
		return apierr.Invalid("a template has at most %d variables, this one has %d", maxVariables,
			len(keys))
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		switch {
		case utf8.RuneCountInString(key) > maxKey:
			return apierr.Invalid("the key of a variable has at most %d characters, %q has more",
				maxKey, key)
		case !word().MatchString(key):
			return apierr.Invalid("the key of a variable has letters and digits, not %q", key)
		case utf8.RuneCountInString(t.Variables[key]) > maxValue:
			return apierr.Invalid("variable %q has more than %d characters", key, maxValue)
		}
	}
	return nil
}

var word = lazy.Regexp(`^\w+$`)

// checker checks the fields of one type.
type checker struct {
	kind string
	keys map[string]bool // collects those of the placeholders
}

// Fields that the table does not have are accepted: no source says that Twilio refuses them.
func (c *checker) object(at string, object map[string]any, fields []field) error {
	for _, f := range fields {
		value, ok := object[f.name]
		at := at + "." + f.name
		if !ok || value == nil {
			if f.required {
				return apierr.Invalid("%s is required", at)
			}
			continue
		}
		if err := c.value(at, value, f); err != nil {
			return err
		}
	}
	return c.card(at, object)
}

// card requires another field beside the title of a twilio/card and the body of a whatsapp/card
// (the model of each says so).
func (c *checker) card(at string, object map[string]any) error {
	main := map[string]string{"twilio/card": "title", "whatsapp/card": "body"}[at]
	if main == "" {
		return nil
	}
	if object[main] == nil {
		return apierr.Invalid("%s.%s is required", at, main)
	}
	if len(object) < 2 {
		return apierr.Invalid("%s has another field beside its %s", at, main)
	}
	return nil
}

func (c *checker) value(at string, value any, f field) error {
	switch f.form {
	case aNumber:
		return c.number(at, value)
	case aBool:
		if _, ok := value.(bool); !ok {
			return apierr.Invalid("%s is true or false", at)
		}
		return nil
	case texts, objects:
		return c.list(at, value, f)
	}
	return c.text(at, value, f)
}

// number accepts a placeholder as well: a location can have variables (F-690).
func (c *checker) number(at string, value any) error {
	switch value := value.(type) {
	case float64:
		return nil
	case string:
		return c.text(at, value, field{})
	}
	return apierr.Invalid("%s is a number", at)
}

func (c *checker) text(at string, value any, f field) error {
	s, ok := value.(string)
	switch {
	case !ok:
		return apierr.Invalid("%s is a text", at)
	case s == "" && f.required:
		return apierr.Invalid("%s is required", at)
	case len(f.words) > 0 && !slices.Contains(f.words, s):
		return apierr.Invalid("%s is %s, not %q", at, strings.Join(f.words, " or "), s)
	case f.max > 0 && utf8.RuneCountInString(s) > f.max:
		return apierr.Invalid("%s has at most %d characters", at, f.max)
	}
	keys, err := placeholders(s)
	if err != nil {
		e := apierr.New(apierr.BadTag)
		e.Message += ": " + at + ": " + err.Error()
		return e
	}
	for _, key := range keys {
		c.keys[key] = true
	}
	return nil
}

func (c *checker) list(at string, value any, f field) error {
	elements, ok := value.([]any)
	switch {
	case !ok:
		return apierr.Invalid("%s is a list", at)
	case len(elements) == 0 && f.required:
		return apierr.Invalid("%s is required", at)
	case f.max > 0 && len(elements) > f.max:
		return apierr.Invalid("%s has at most %d elements", at, f.max)
	}
	for i, element := range elements {
		at := fmt.Sprintf("%s[%d]", at, i)
		if f.form == texts {
			if err := c.text(at, element, field{required: true}); err != nil {
				return err
			}
			continue
		}
		object, ok := element.(map[string]any)
		if !ok {
			return apierr.Invalid("%s is an object", at)
		}
		if err := c.object(at, object, f.fields); err != nil {
			return err
		}
		if f.name == "actions" && c.kind != "whatsapp/authentication" {
			if err := c.action(at, object); err != nil {
				return err
			}
		}
	}
	return nil
}

// action requires what the type of a button needs (F-692).
func (c *checker) action(at string, action map[string]any) error {
	names := []string{"title"}
	switch action["type"] {
	case nil:
		if c.kind != "twilio/quick-reply" { // the model's type is optional there
			return apierr.Invalid("%s.type is required", at)
		}
	case "URL":
		names = append(names, "url")
	case "PHONE_NUMBER":
		names = append(names, "phone")
	case "COPY_CODE":
		names = []string{"code"}
	case "VOICE_CALL_REQUEST", "REQUEST_CONTACT_INFO":
		names = nil
	}
	for _, name := range names {
		if s, _ := action[name].(string); s == "" {
			return apierr.Invalid("%s.%s is required", at, name)
		}
	}
	return nil
}

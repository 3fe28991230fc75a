package rest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
)

// change reads the parameters of a create or an update into a resource, under Twilio's names. A
// parameter that is absent leaves what is there. The first error is kept, and nothing more is read.
//
// It runs as an update function of package directory, under the directory's lock: it must read the
// form only.
type change struct {
	values url.Values
	// what is wrong with the URL of a status callback; only for resources that have one
	checkCallback func(url string) error
	// invalid makes the error about a parameter and its value; nil is the error of the 2010 API
	invalid func(name, value string) *apierr.Error
	// the first one; c.get finds nothing after it
	err error
}

// get returns a parameter that is there, unless there was an error.
func (c *change) get(name string) (string, bool) {
	values, ok := c.values[name]
	if c.err != nil || !ok || len(values) == 0 {
		return "", false
	}
	// the last of several, as the decoder of message forms does
	return values[len(values)-1], true
}

// Each method below leaves into alone if the parameter is absent or an error has occurred.
func (c *change) text(name string, into *string) {
	if value, ok := c.get(name); ok {
		*into = value
	}
}

// callback takes the URL of a status callback, or "" for none.
func (c *change) callback(name string, into *string) {
	value, ok := c.get(name)
	if !ok {
		return
	}
	if value != "" {
		if c.err = c.checkCallback(value); c.err != nil {
			return
		}
	}
	*into = value
}

// It is not case-sensitive. into may be set to a wrong value, which does no harm: the error makes
// the directory throw the changed copy away.
func (c *change) method(name string, into *string) {
	value, ok := c.get(name)
	if !ok {
		return
	}
	value = strings.ToUpper(value)
	if value == "" {
		value = http.MethodPost // F-037
	}
	c.among(name, value, http.MethodGet, http.MethodPost)
	*into = value
}

func (c *change) bool(name string, into *bool) {
	value, ok := c.get(name)
	if !ok {
		return
	}
	b, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil {
		c.fail(name, value, "true or false")
		return
	}
	*into = b
}

func (c *change) int(name string, into *int) {
	value, ok := c.get(name)
	if !ok {
		return
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		c.fail(name, value, "a whole number")
		return
	}
	*into = n
}

// fail keeps the error about a value that is not what it must be.
func (c *change) fail(name, value, must string) {
	if c.invalid != nil {
		c.err = c.invalid(name, value)
		return
	}
	c.err = apierr.Invalid("%s is %s, not %q", name, must, value)
}

func (c *change) among(name, value string, words ...string) {
	if !slices.Contains(words, value) {
		c.err = apierr.Invalid("%s is %s, not %q", name, strings.Join(words, " or "), value)
	}
}

// changeNumber returns the update function of a number for a form (F-435).
func changeNumber(form url.Values) func(*directory.Number) error {
	return func(n *directory.Number) error {
		c := change{values: form}
		c.text("FriendlyName", &n.FriendlyName)
		c.text("SmsUrl", &n.SmsURL)
		c.method("SmsMethod", &n.SmsMethod)
		c.text("SmsFallbackUrl", &n.SmsFallbackURL)
		c.method("SmsFallbackMethod", &n.SmsFallbackMethod)
		c.text("SmsApplicationSid", &n.SmsApplicationSID)
		c.text("StatusCallback", &n.StatusCallback)
		c.method("StatusCallbackMethod", &n.StatusCallbackMethod)
		c.text("VoiceApplicationSid", &n.VoiceApplicationSID)
		c.text("VoiceUrl", &n.VoiceURL)
		c.method("VoiceMethod", &n.VoiceMethod)
		c.text("VoiceFallbackUrl", &n.VoiceFallbackURL)
		c.method("VoiceFallbackMethod", &n.VoiceFallbackMethod)
		c.bool("VoiceCallerIdLookup", &n.VoiceCallerIDLookup)
		clearOther(form, n)
		if c.err == nil && form.Get("SmsFallbackUrl") != "" && n.SmsURL == "" {
			return apierr.New(apierr.FallbackNeedsURL) // F-053
		}
		return c.err
	}
}

// clearOther clears a number's application if the form sets an URL, and its URLs if the form sets
// an application (F-611). A form with both keeps both; messages then go to the application (F-432).
func clearOther(form url.Values, n *directory.Number) {
	for _, kind := range []struct {
		name               string
		app, url, fallback *string
	}{
		{"Sms", &n.SmsApplicationSID, &n.SmsURL, &n.SmsFallbackURL},
		{"Voice", &n.VoiceApplicationSID, &n.VoiceURL, &n.VoiceFallbackURL},
	} {
		hasURL := form.Get(kind.name+"Url") != ""
		hasApp := form.Get(kind.name+"ApplicationSid") != ""
		switch {
		case hasURL && !hasApp:
			*kind.app = ""
		case hasApp && !hasURL:
			*kind.url, *kind.fallback = "", ""
		}
	}
}

// changeApplication returns the update function of an application for a form (F-434).
func changeApplication(form url.Values,
	checkCallback func(url string) error) func(*directory.Application) error {
	return func(app *directory.Application) error {
		c := change{values: form, checkCallback: checkCallback}
		c.text("FriendlyName", &app.FriendlyName)
		c.text("SmsUrl", &app.SmsURL)
		c.method("SmsMethod", &app.SmsMethod)
		c.text("SmsFallbackUrl", &app.SmsFallbackURL)
		c.method("SmsFallbackMethod", &app.SmsFallbackMethod)
		c.callback("SmsStatusCallback", &app.SmsStatusCallback)
		c.callback("MessageStatusCallback", &app.MessageStatusCallback)
		c.text("StatusCallback", &app.StatusCallback)
		c.method("StatusCallbackMethod", &app.StatusCallbackMethod)
		c.text("VoiceUrl", &app.VoiceURL)
		c.method("VoiceMethod", &app.VoiceMethod)
		c.text("VoiceFallbackUrl", &app.VoiceFallbackURL)
		c.method("VoiceFallbackMethod", &app.VoiceFallbackMethod)
		c.bool("VoiceCallerIdLookup", &app.VoiceCallerIDLookup)
		c.bool("PublicApplicationConnectEnabled", &app.PublicConnectEnabled)
		return c.err
	}
}

// changeService returns the update function of a Messaging Service for a form (G.1).
func changeService(form url.Values,
	checkCallback func(url string) error) func(*directory.Service) error {
	return func(s *directory.Service) error {
		c := change{values: form, checkCallback: checkCallback}
		c.text("FriendlyName", &s.FriendlyName)
		c.text("InboundRequestUrl", &s.InboundRequestURL)
		c.method("InboundMethod", &s.InboundMethod)
		c.text("FallbackUrl", &s.FallbackURL)
		c.method("FallbackMethod", &s.FallbackMethod)
		c.callback("StatusCallback", &s.StatusCallback)
		c.bool("UseInboundWebhookOnNumber", &s.UseInboundWebhookOnNumber)
		c.bool("StickySender", &s.StickySender)
		c.bool("MmsConverter", &s.MmsConverter)
		c.bool("SmartEncoding", &s.SmartEncoding)
		c.bool("AreaCodeGeomatch", &s.AreaCodeGeomatch)
		c.bool("FallbackToLongCode", &s.FallbackToLongCode)
		c.bool("SynchronousValidation", &s.SynchronousValidation)
		if value, ok := c.get("Usecase"); ok { // F-419
			c.among("Usecase", value, "notifications", "marketing", "verification", "discussion",
				"poll", "undeclared")
			s.Usecase = value
		}
		if value, ok := c.get("ScanMessageContent"); ok {
			c.among("ScanMessageContent", value, "inherit", "enable", "disable")
			s.ScanMessageContent = value
		}
		if value, ok := c.get("ValidityPeriod"); ok {
			if s.ValidityPeriod, ok = directory.ParseValidity(value); !ok {
				return apierr.New(apierr.BadValidity)
			}
		}
		return c.err
	}
}

// changed turns the directory's errors about a field into Twilio's. Any other error, such as one
// that is Twilio's already, stays as it is.
func changed[T any](resource T, err error) (T, error) {
	var field *directory.FieldError
	if errors.As(err, &field) {
		err = apierr.Invalid("%s: %v", field.Field, field.Err)
	}
	return resource, err
}

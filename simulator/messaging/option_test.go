package messaging

import (
	"reflect"
	"slices"
	"testing"
)

// TestSendRefusesOptions checks that no parameter with a few possible values takes another one, or
// an empty one (F-334 to F-347).
func TestSendRefusesOptions(t *testing.T) {
	a := newAccount(t, nil)
	for _, tt := range []struct {
		name   string
		change func(*Draft)
		want   string
	}{
		{"SmartEncoded", func(d *Draft) { d.SmartEncoded = "maybe" },
			`SmartEncoded is true or false, not "maybe"`},
		{"ProvideFeedback", func(d *Draft) { d.ProvideFeedback = "yes" },
			`ProvideFeedback is true or false, not "yes"`},
		{"Attempt in words", func(d *Draft) { d.Attempt = "second" },
			`Attempt is a whole number, not "second"`},
		{"half an Attempt", func(d *Draft) { d.Attempt = "1.5" },
			`Attempt is a whole number, not "1.5"`},
		{"Attempt below none", func(d *Draft) { d.Attempt = "-1" },
			`Attempt is a whole number, not "-1"`},
		{"ForceDelivery", func(d *Draft) { d.ForceDelivery = "1" },
			`ForceDelivery is true or false, not "1"`},
		{"TrafficType", func(d *Draft) { d.TrafficType = "paid" },
			`TrafficType is free, not "paid"`},
		{"ShortenUrls", func(d *Draft) { d.ShortenUrls = "on" },
			`ShortenUrls is true or false, not "on"`},
		{"SendAsMms", func(d *Draft) { d.SendAsMms = "mms" },
			`SendAsMms is true or false, not "mms"`},
		{"RiskCheck", func(d *Draft) { d.RiskCheck = "true" },
			`RiskCheck is enable or disable, not "true"`},
	} {
		_, err := a.Send(t.Context(), draft(tt.change))
		if got, want := refused(err), "400 20422 Invalid Parameter: "+tt.want; got != want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, got, want)
		}
	}
	send(t, a, draft(func(d *Draft) {
		d.SmartEncoded, d.ProvideFeedback, d.Attempt, d.ForceDelivery = "True", "false", "0", "true"
		d.TrafficType, d.ShortenUrls, d.SendAsMms, d.RiskCheck = "free", "TRUE", "false", "enable"
	}))
}

// TestSendRefusesEmpty checks that a parameter without a value is not taken for an absent one.
func TestSendRefusesEmpty(t *testing.T) {
	a := newAccount(t, nil)
	service := newService(t, a, nil, shop)
	for name, want := range map[string]string{
		"StatusCallback":      "400 21609 The StatusCallback URL  is not a valid URL.",
		"MessagingServiceSid": "400 21705 The Messaging Service is invalid",
		"MediaUrl": "400 21620 Media urls:  are invalid. Please use only valid http and " +
			"https urls",
		"ContentSid":       "400 21655 The ContentSid is Invalid",
		"ContentVariables": "400 21654 ContentSid Required",
		"ApplicationSid":   `400 20422 Invalid Parameter: ApplicationSid "" does not exist`,
		"ValidityPeriod":   "400 21624 Invalid validity period value",
		"MaxPrice":         "400 21627 Max Price must be a valid float",
		"ContentRetention": "400 30029 Invalid ContentRetention",
		"AddressRetention": "400 30030 Invalid AddressRetention",
		"SmartEncoded":     `400 20422 Invalid Parameter: SmartEncoded is true or false, not ""`,
		"Attempt":          `400 20422 Invalid Parameter: Attempt is a whole number, not ""`,
		"RiskCheck":        `400 20422 Invalid Parameter: RiskCheck is enable or disable, not ""`,
		"FallbackFrom":     "400 21664 'FallbackFrom' cannot be used with a 'From' sender",
		"SendAt":           "400 35118 ",
		"ScheduleType":     "400 35118 ",
	} {
		_, err := a.Send(t.Context(), draft(func(d *Draft) { d.Empty = []string{name} }))
		got := refused(err)
		if len(want) == len("400 35118 ") && len(got) > len(want) {
			got = got[:len(want)]
		}
		if got != want {
			t.Errorf("%s=\n got %s\nwant %s", name, got, want)
		}
	}
	_, err := a.Send(t.Context(), draft(func(d *Draft) {
		d.From, d.MessagingServiceSID, d.Empty = "", service, []string{"From"}
	}))
	if got, want := refused(err), "400 21212 The 'From' number  is not a valid phone number, "+
		"shortcode, or alphanumeric sender ID."; got != want {
		t.Errorf("From= with a service\n got %s\nwant %s", got, want)
	}
}

// TestPlainDraft checks that a draft with a parameter that checkOptions looks at is never plain.
func TestPlainDraft(t *testing.T) {
	looksAt := map[string]bool{"FallbackFrom": true}
	fields := reflect.TypeFor[Draft]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if field.Type.Kind() != reflect.String {
			continue
		}
		var d Draft
		reflect.ValueOf(&d).Elem().Field(i).SetString("x")
		seen := looksAt[field.Name] ||
			slices.ContainsFunc(options, func(o option) bool { return o.value(&d) != "" })
		if d.plain() == seen {
			t.Errorf("%s: plain %t, checked %t", field.Name, d.plain(), seen)
		}
	}
	if (&Draft{Empty: []string{"MaxPrice"}}).plain() {
		t.Error("a parameter without a value is not checked")
	}
}

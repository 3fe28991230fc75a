package rest

import (
	"errors"
	"net/url"
	"testing"

	"twilsim/simulator/apierr"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

// TestChange changes complete resources with one parameter at a time.
func TestChange(t *testing.T) {
	a := messaging.New(messaging.Options{Seed: 1})
	t.Cleanup(a.Close)
	number, err := a.SetNumber("+12025550100", "http://localhost/sms", "")
	if err != nil {
		t.Fatal(err)
	}
	service, err := changed(a.CreateService(changeService(url.Values{"FriendlyName": {"shop"}}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	app, err := changed(a.CreateApplication(changeApplication(nil, nil)))
	if err != nil {
		t.Fatal(err)
	}
	const invalid = "20422 Invalid Parameter: "
	for _, tt := range []struct{ name, param, value, want string }{
		{"service", "ValidityPeriod", "36000", ""},
		{"service", "ValidityPeriod", "36001", "21624 Invalid validity period value"}, // F-416
		{"service", "ValidityPeriod", "", "21624 Invalid validity period value"},
		{"service", "StickySender", "FALSE", ""},
		{"service", "StickySender", "maybe",
			invalid + `StickySender is true or false, not "maybe"`},
		{"service", "InboundMethod", "get", ""},
		{"service", "InboundMethod", "PUT", invalid + `InboundMethod is GET or POST, not "PUT"`},
		{"service", "ScanMessageContent", "x",
			invalid + `ScanMessageContent is inherit or enable or disable, not "x"`},
		{"service", "StatusCallback", "x", "21609 The StatusCallback URL x is not a valid URL."},
		{"service", "StatusCallback", "", ""},
		{"service", "StatusCallback", "http://localhost:3000/status", ""},
		{"service", "FriendlyName", "", invalid + "FriendlyName is required"},
		{"service", "InboundRequestUrl", "nowhere",
			invalid + `InboundRequestUrl: "nowhere" is neither ` +
				"a bin nor an absolute URL such as http://localhost:3000/sms"},
		{"application", "VoiceCallerIdLookup", "TRUE", ""},
		{"application", "SmsUrl", "nowhere",
			invalid + `SmsUrl: "nowhere" is neither a bin nor an ` +
				"absolute URL such as http://localhost:3000/sms"},
		{"number", "SmsMethod", "PUT", invalid + `SmsMethod is GET or POST, not "PUT"`},
		{"number", "SmsFallbackUrl", "http://localhost/fallback", ""},
		{"number", "SmsUrl", "", ""},
		{"number", "SmsFallbackUrl", "http://localhost/fallback", // F-053
			"21406 Cannot set SmsFallbackUrl without setting SmsUrl"},
	} {
		t.Run(tt.name+" "+tt.param+" "+tt.value, func(t *testing.T) {
			form := url.Values{tt.param: {tt.value}}
			var err error
			switch tt.name {
			case "service":
				_, err = changed(a.UpdateService(service.SID, changeService(form, a.CheckStatusCallback)))
			case "application":
				_, err = changed(a.UpdateApplication(app.SID, changeApplication(form, a.CheckStatusCallback)))
			default:
				_, err = changed(a.UpdateNumber(number.SID, changeNumber(form)))
			}
			got := ""
			var e *apierr.Error
			if errors.As(err, &e) {
				got = e.Error()
			} else if err != nil {
				t.Fatalf("not an error of the API: %v", err)
			}
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
	s, _ := a.Service(service.SID)
	if s.StickySender || s.InboundMethod != "GET" || s.ValidityPeriod != directory.MaxValidity {
		t.Errorf("service %+v", s)
	}
	if app, _ := a.Application(app.SID); !app.VoiceCallerIDLookup {
		t.Errorf("application %+v", app)
	}
}

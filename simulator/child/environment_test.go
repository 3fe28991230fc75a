package child

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/intercept"
)

func TestSettings(t *testing.T) {
	env := map[string]string{"TWILIO_AUTH_TOKEN": "real", "TWILIO_PHONE_NUMBER": "+12025550100"}
	s := &Environment{
		Environment: intercept.Environment{
			Getenv: func(name string) string { return env[name] }, Proxy: "127.0.0.1:2010",
			Trust: &intercept.Trust{},
		},
		Simulator: []Variable{
			{"TWILIO_ACCOUNT_SID", "AC1"}, {"TWILIO_AUTH_TOKEN", "token"}, {"TWILIO_PHONE_NUMBER",
				"+12025550100"}, {"TWILSIM_URL", "URL"},
		},
	}
	for _, tt := range []struct {
		name     string
		keep     bool
		want     map[string]string // besides those of package intercept
		replaced []string
	}{
		{name: "replaced", replaced: []string{"TWILIO_AUTH_TOKEN"}, want: map[string]string{
			"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "TWILIO_PHONE_NUMBER": "+12025550100",
			"TWILSIM_URL": "URL", "TWILSIM_ACTIVE": "1",
		}},
		{name: "kept", keep: true, want: map[string]string{"TWILIO_ACCOUNT_SID": "AC1",
			"TWILSIM_URL": "URL", "TWILSIM_ACTIVE": "1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.KeepCredentials = tt.keep
			got := map[string]string{}
			for _, setting := range s.Settings()[len(s.Environment.Settings()):] {
				if setting.Reason == "" {
					t.Errorf("%s has no reason", setting.Name)
				}
				got[setting.Name] = setting.Value
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.replaced, s.Replaced()); diff != "" {
				t.Errorf("replaced (-want +got):\n%s", diff)
			}
		})
	}
}

package lookup

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
)

// TestRead: what a number is, and why it is none (F-750, F-754 to F-756).
func TestRead(t *testing.T) {
	for _, tt := range []struct{ s, country, want string }{
		{"+12025550142", "", "1 US +12025550142 (202) 555-0142 []"},
		{"(202) 555-0142", "", "1 US +12025550142 (202) 555-0142 []"},
		{"020 7946 0018", "GB", "44 GB +442079460018 020 7946 0018 []"},
		{"+14165550142", "", "1 CA +14165550142 (416) 555-0142 []"},
		{"+120255501421", "", "  +120255501421  [TOO_LONG]"},
		{"+1202555", "", "  +1202555  [TOO_SHORT]"},
		{"+11025550142", "", "  +11025550142  [INVALID_BUT_POSSIBLE]"},
		{"+9991234567", "", "  +9991234567  [INVALID_COUNTRY_CODE]"},
		{"+4930123456789012345", "", "  +4930123456789012345  [TOO_LONG]"},
		{"notanumber", "", "  +1notanumber  [NOT_A_NUMBER]"},
	} {
		n := Read(tt.s, tt.country)
		got := strings.Join([]string{n.CallingCode, n.Country, n.PhoneNumber, n.National,
			fmt.Sprint(n.Errors)}, " ")
		if got != tt.want || n.Valid() != strings.HasSuffix(tt.want, "[]") {
			t.Errorf("Read(%q, %q) = %q, want %q", tt.s, tt.country, got, tt.want)
		}
	}
}

func newState(t *testing.T, packages string) *State {
	t.Helper()
	a := messaging.New(messaging.Options{
		Clock: clock.Virtual(time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)), Seed: 1,
	})
	t.Cleanup(a.Close)
	if packages != "" {
		if err := a.SetQuirk("lookup-packages", packages); err != nil {
			t.Fatal(err)
		}
	}
	return Of(a)
}

// TestReport: the packages of numbers of all kinds (F-757 to F-764).
func TestReport(t *testing.T) {
	s := newState(t, strings.Join(append(Packages(), "canada"), ","))
	a := s.account
	_, err := a.SetNumber("+12025550100", "", "")
	check := func(e error) {
		if err = e; err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	_, err = a.SetHandset("+12025550143", carrier.HandsetLandline)
	check(err)
	_, err = a.SetHandset("+12025550144", carrier.HandsetGone)
	check(err)
	_, err = s.Set("+12025550145", map[string]string{"type": "fixedVoip", "carrier": "Bandwidth",
		"mcc": "", "caller": "SHOP", "caller-type": "BUSINESS", "pumping-score": "91",
		"reassigned": "yes", "forwarding": "true", "line-status": "inactive",
		"sim-swapped": "2026-11-20T10:00:00Z", "carrier-risk": "high", "blocked": "true"})
	check(err)

	for _, tt := range []struct{ number, fields, date, want string }{
		{"+12025550142", "line_type_intelligence", "",
			"[{error_code <nil>} {mobile_country_code 001} {mobile_network_code 01} " +
				"{carrier_name twilsim} {type mobile}]"},
		{"+12025550143", "line_type_intelligence", "", "{type landline}"},
		{"+442079460018", "line_type_intelligence", "", "{type landline}"},
		{"+447400123456", "line_type_intelligence", "", "{type mobile}"},
		{"+18005550123", "line_type_intelligence", "",
			"{carrier_name <nil>} {type tollFree}"},
		{"+19005550123", "line_type_intelligence", "", "{type premium}"},
		{"+14165550142", "line_type_intelligence", "", "{type mobile}"},
		{"+12025550100", "line_type_intelligence", "",
			"{carrier_name Twilio - SMS/MMS-SVR} {type nonFixedVoip}"},
		{"+12025550145", "line_type_intelligence", "", "{carrier_name Bandwidth} {type fixedVoip}"},
		{"+12025550142", "caller_name", "",
			"[{caller_name <nil>} {caller_type <nil>} {error_code <nil>}]"},
		{"+12025550145", "caller_name", "", "[{caller_name SHOP} {caller_type BUSINESS}"},
		{"+442079460018", "caller_name", "", "{error_code 60600}"},
		{"+12025550142", "line_status", "", "[{status active} {error_code <nil>}]"},
		{"+12025550144", "line_status", "", "[{status inactive}"},
		{"+12025550145", "line_status", "", "[{status inactive}"},
		{"+12025550145", "call_forwarding", "", "[{call_forwarding_enabled true}"},
		{"+12025550145", "sim_swap", "",
			"[{last_sim_swap [{last_sim_swap_date 2026-11-20T10:00:00Z}"},
		{"+12025550145", "reassigned_number", "20261101",
			"[{last_verified_date 20261101} {is_number_reassigned yes} {error_code <nil>}]"},
		{"+12025550145", "reassigned_number", "", "{error_code 60617}"},
		{"+12025550145", "sms_pumping_risk", "",
			"[{carrier_risk_category high} {number_blocked true} {number_blocked_date <nil>} " +
				"{number_blocked_last_3_months <nil>} {sms_pumping_risk_score 91} " +
				"{error_code <nil>}]"},
		{"+12025550142", "identity_match", "", "unmodelled identity_match"},
		{"+12025550142", "validation", "", "nothing"},
		{"+12025550142", "nonsense", "",
			"Fields are validation, caller_name, sim_swap, call_forwarding, line_status"},
	} {
		t.Run(tt.fields+" "+tt.number, func(t *testing.T) {
			got := report(s, tt.number, tt.fields, tt.date)
			if !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func report(s *State, number, fields, date string) string {
	found, missing, err := s.Report(Read(number, ""), Query{fields, date})
	switch {
	case err != nil:
		return err.Error()
	case missing != "":
		return "unmodelled " + missing
	case len(found) == 0:
		return "nothing"
	}
	return fmt.Sprint(found[fields])
}

// TestPackages: an account without a package gets an error inside of it (F-763), and so do lines of
// Canada without approval.
func TestPackages(t *testing.T) {
	s := newState(t, "")
	for _, tt := range []struct{ number, fields, want string }{
		{"+12025550142", "sim_swap", "[{last_sim_swap <nil>} {carrier_name <nil>} " +
			"{mobile_country_code <nil>} {mobile_network_code <nil>} {error_code 60606}]"},
		{"+12025550142", "pre_fill", "[{error_code 60606}]"},
		{"+14165550142", "line_type_intelligence", "{type <nil>}"},
		{"+14165550142", "line_type_intelligence", "[{error_code 60601}"},
	} {
		if got := report(s, tt.number, tt.fields, ""); !strings.Contains(got, tt.want) {
			t.Errorf("%s %s: got %s, want %s", tt.fields, tt.number, got, tt.want)
		}
	}
	found, _, _ := s.Report(Read("+12025550142", ""), Query{Fields: "reassigned_number"})
	want := []Pair{{"last_verified_date", nil}, {"is_number_reassigned", nil},
		{"error_code", "60606"}} // a text
	if diff := cmp.Diff(want, found["reassigned_number"]); diff != "" {
		t.Errorf("reassigned_number (-want +got):\n%s", diff)
	}
}

// TestSet: what can be set, what cannot, and what a reset and a restart leave.
func TestSet(t *testing.T) {
	s := newState(t, "")
	for _, tt := range []struct{ number, name, value, want string }{
		{"hello", "type", "mobile", `"hello" is not a phone number`},
		{"+12025550142", "type", "mobil", "type is one of landline, mobile, "},
		{"+12025550142", "tipe", "mobile", `unknown field "tipe": did you mean "type"?`},
		{"+12025550142", "x", "1", `unknown field "x": they are type, carrier`},
		{"+12025550142", "mcc", "x", `mcc is digits, not "x"`},
		{"+12025550142", "pumping-score", "101", "from 0 to 100"},
		{"+12025550142", "blocked", "maybe", "true or false"},
		{"+12025550142", "sim-swapped", "yesterday", "a time such as"},
	} {
		_, err := s.Set(tt.number, map[string]string{"carrier": "A", tt.name: tt.value})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s=%s: %v, want %s", tt.name, tt.value, err, tt.want)
		}
	}
	if n := len(s.Entries()); n != 0 {
		t.Errorf("%d entries after errors", n)
	}
	for _, values := range []map[string]string{{"type": "pager"}, {"carrier": "A"}, {"type": ""}} {
		if _, err := s.Set("+12025550142", values); err != nil {
			t.Fatal(err)
		}
	}
	want := []Entry{{Number: "+12025550142", Values: map[string]string{"carrier": "A"}}}
	if diff := cmp.Diff(want, s.Entries()); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	other := newState(t, "")
	stored := []byte(`{"number":"+12025550142","values":{"carrier":"A"}}`)
	if err := other.Restore("+12025550142", stored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Entries(), other.Entries()); diff != "" {
		t.Errorf("restored (-want +got):\n%s", diff)
	}
	if _, ok := s.Stored("+12025550142"); !ok {
		t.Error("nothing is stored")
	}
	s.Reset()
	if _, ok := s.Stored("+12025550142"); ok || len(s.Entries()) != 0 {
		t.Error("a reset leaves something")
	}
}

// TestMost: the table is bounded.
func TestMost(t *testing.T) {
	s := newState(t, "")
	for i := range most + 1 {
		_, err := s.Set(fmt.Sprintf("+1202556%04d", i%10000+i/10000*10), map[string]string{"mnc": "1"})
		if i < most && err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Set("+442079460018", map[string]string{"mnc": "1"}); err == nil {
		t.Error("no bound")
	}
}

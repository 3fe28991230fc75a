package errcode

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTableIsSortedAndUnique(t *testing.T) {
	before := 0
	for row := range All() {
		if row.Code <= before {
			t.Errorf("%d comes after %d", row.Code, before)
		}
		before = row.Code
	}
}

func TestRowsAreComplete(t *testing.T) {
	levels := []Level{Error, Warning}
	retries := []Retry{
		RetryYes, RetryLater, RetryAfterFix, RetryNo, RetryNotApplicable, RetryUnknown,
	}
	finals := []string{"", "failed", "undelivered"} // those with an ErrorCode (F-160, F-161)
	for row := range All() {
		switch {
		case row.Code < 10000 || row.Code > 99999:
			t.Errorf("%d does not have five digits", row.Code)
		case row.Title == "" || row.Fact == "":
			t.Errorf("%d lacks its title or its fact", row.Code)
		case !slices.Contains(levels, row.Level), !slices.Contains(retries, row.Retry):
			t.Errorf("%d has level %q, retry %q", row.Code, row.Level, row.Retry)
		case !slices.Contains(finals, row.Final):
			t.Errorf("%d ends in %q, which is not final", row.Code, row.Final)
		case row.HTTP != 0 && (row.HTTP < 400 || row.HTTP > 599):
			t.Errorf("%d refuses with status %d", row.Code, row.HTTP)
		case row.Inferred && row.HTTP == 0 && row.Final == "":
			t.Errorf("%d has nothing that could be inferred", row.Code)
		}
	}
}

func TestLookup(t *testing.T) {
	tests := []Info{
		{11200, "HTTP retrieval failure", Error, 0, "", RetryNotApplicable, "F-118", false},
		// F-101
		{14107, "SMS send rate limit exceeded",
			Error, 0, "failed", RetryNotApplicable, "F-148", false},
		// F-373
		{20404, "Not Found",
			Error, 404, "", RetryAfterFix, "F-377", false},
		{21211, "Invalid 'To' Phone Number", Error, 400, "", RetryAfterFix, "F-192", false},
		// F-232
		{21610, "Attempt to send to unsubscribed recipient",
			Error, 400, "failed", RetryNo, "F-206", false},
		{21701, "The Messaging Service does not exist",
			Error, 404, "", RetryAfterFix, "F-222", false},
		{30003, "Unreachable destination handset",
			Error, 0, "undelivered", RetryLater, "F-237", true},
		{30034, "US A2P 10DLC - Message from an Unregistered Number",
			Error, 0, "undelivered", RetryAfterFix, "F-261", false},
		{63018, "Rate limit exceeded for Channel", Error, 0, "failed", RetryLater, "F-295", false},
	}
	for _, want := range tests {
		t.Run(fmt.Sprint(want.Code), func(t *testing.T) {
			got, ok := Lookup(want.Code)
			if diff := cmp.Diff(want, got); !ok || diff != "" {
				t.Errorf("Lookup(%d) = %v (-want +got)\n%s", want.Code, ok, diff)
			}
			if got := Title(want.Code); got != want.Title {
				t.Errorf("Title(%d) = %q, want %q", want.Code, got, want.Title)
			}
		})
	}
	// 63004 and 63048 do not exist (F-311).
	for _, code := range []int{0, -1, 10000, 30047, 63004, 63048, 99999} {
		if got, ok := Lookup(code); ok || got != (Info{}) || Title(code) != "" {
			t.Errorf("Lookup(%d) = %v, %v, want nothing", code, got, ok)
		}
	}
}

// TestCauses: each debugger code has a cause, and no other code has one.
func TestCauses(t *testing.T) {
	for row := range All() {
		if debugger := row.Code < 20000; debugger != (Cause(row.Code) != "") {
			t.Errorf("the cause of %d is %q", row.Code, Cause(row.Code))
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		Lookup(30003)
	}
}

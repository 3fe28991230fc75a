package display

import (
	"cmp"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Codes prints the codes of Verify.
func Codes(u *terminal.UI, found *control.Verifications) error {
	if u.JSON {
		return u.Encode(found)
	}
	err := terminal.List(u, found.Verifications, []terminal.Column[control.Verification]{
		{Head: "TO", Value: func(v control.Verification) string { return v.To }},
		{Head: "CODE", Value: func(v control.Verification) string { return v.Code }},
		{Head: "STATUS", Value: func(v control.Verification) string { return v.Status }},
		{Head: "CHANNEL", Value: func(v control.Verification) string { return v.Channel }},
		{Head: "SENT", Value: func(v control.Verification) string { return strconv.Itoa(v.Sends) }},
		{Head: "WRONG", Value: func(v control.Verification) string { return strconv.Itoa(v.Checks) }},
		{Head: "EXPIRES", Value: func(v control.Verification) string { return v.Expires }},
		{Head: "SID", Value: func(v control.Verification) string { return v.SID }},
	})
	u.Countf(len(found.Verifications), "code", "")
	return err
}

// VerifyServices prints the services of Verify.
func VerifyServices(u *terminal.UI, found *control.VerifyServices) error {
	if u.JSON {
		return u.Encode(found)
	}
	err := terminal.List(u, found.Services, []terminal.Column[control.VerifyService]{
		{Head: "SID", Value: func(s control.VerifyService) string { return s.SID }},
		{Head: "NAME", Value: func(s control.VerifyService) string { return s.FriendlyName }},
		{Head: "CODE", Value: func(s control.VerifyService) string { return strconv.Itoa(s.CodeLength) }},
		{Head: "SETTINGS", Value: func(s control.VerifyService) string {
			return cmp.Or(strings.Join(s.Settings, " "), "-")
		}},
	})
	u.Countf(len(found.Services), "service", "")
	return err
}

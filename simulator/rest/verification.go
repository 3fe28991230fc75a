package rest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/quirk"
	"twilsim/simulator/verify"
)

// shownPath returns the path as the text of 20404 has it: that of Verify can be without the version
// (F-651, F-667).
func (r *request) shownPath() string {
	quirks := r.account.Quirks()
	if r.product == verifyAPI && quirks.Get(quirk.VerifyPath) == "short" {
		return strings.TrimPrefix(r.path(), "/v2")
	}
	return r.path()
}

func startVerification(_ context.Context, r *request) (*answer, error) {
	form := r.form.Get
	v, err := verify.Of(r.account).Start(verify.Start{
		ServiceSID: r.vars[0], To: form("To"), Channel: form("Channel"),
		CustomFriendlyName: form("CustomFriendlyName"), CustomCode: form("CustomCode"),
		Locale: form("Locale"), Amount: form("Amount"), Payee: form("Payee"),
		RateLimits: form("RateLimits"), AppHash: form("AppHash"), Tags: form("Tags"),
		RiskCheck: form("RiskCheck"),
	})
	var unmodelled *verify.UnmodelledChannel
	if errors.As(err, &unmodelled) {
		return nil, r.refuseUnmodelled(" with Channel=" + string(unmodelled.Channel))
	}
	return r.verificationAnswer(http.StatusCreated, v, err)
}

func fetchVerification(_ context.Context, r *request) (*answer, error) {
	v, err := verify.Of(r.account).Fetch(r.vars[0], r.vars[1])
	return r.verificationAnswer(http.StatusOK, v, err)
}

func updateVerification(_ context.Context, r *request) (*answer, error) {
	v, err := verify.Of(r.account).Update(r.vars[0], r.vars[1], r.form.Get("Status"))
	return r.verificationAnswer(http.StatusOK, v, err)
}

func (r *request) verificationAnswer(status int, v verify.Verification, err error) (
	*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: verificationObject(r, v)}, nil
}

// verificationObject returns a verification with its keys in the order of captures (F-634), and
// sna, which is newer, at the end.
func verificationObject(r *request, v verify.Verification) object {
	attempts := make([]object, len(v.Attempts))
	for i, a := range v.Attempts {
		attempts[i] = object{ // F-636
			aText("attempt_sid", a.SID),
			aText("channel", string(a.Channel)),
			aText("time", a.At.UTC().Format("2006-01-02T15:04:05.000Z")),
		}
	}
	url := r.base() + verifyServicesPath + "/" + v.ServiceSID + "/Verifications/" + v.SID
	return object{
		aText("status", string(v.Status)),
		aTextOrNull("payee", v.Payee),
		anISO8601("date_updated", v.Updated),
		aList("send_code_attempts", attempts),
		aText("account_sid", r.account.SID),
		aText("to", v.To),
		aTextOrNull("amount", v.Amount),
		aBool("valid", v.Status == verify.Approved),
		lookupField(r, v),
		aText("url", url),
		aText("sid", v.SID),
		anISO8601("date_created", v.Created),
		aText("service_sid", v.ServiceSID),
		aText("channel", string(v.Channel)),
		aNull("sna"),
	}
}

// lookupField returns what a look-up has found (F-637).
func lookupField(r *request, v verify.Verification) field {
	quirks := r.account.Quirks()
	switch {
	case v.LineType != "":
		return anObject("lookup", anObject("carrier",
			aNull("mobile_country_code"), aText("type", v.LineType), aNull("error_code"),
			aNull("mobile_network_code"), aNull("name")))
	case quirks.Get(quirk.VerifyLookup) == "empty":
		return anObject("lookup")
	}
	return anObject("lookup", aNull("carrier"))
}

func checkVerification(_ context.Context, r *request) (*answer, error) {
	form := r.form.Get
	v, err := verify.Of(r.account).Check(verify.Check{
		ServiceSID: r.vars[0], To: form("To"), VerificationSID: form("VerificationSid"),
		Code: form("Code"), Amount: form("Amount"), Payee: form("Payee"),
	})
	var other *verify.OtherAmount
	if errors.As(err, &other) {
		return nil, r.refuseUnmodelled(" with another Amount or Payee than at the start")
	}
	if err != nil {
		return nil, err
	}
	quirks := r.account.Quirks()
	// it is no verificationObject: the answer to a check has fewer keys, in this order
	return &answer{status: quirks.Int(quirk.VerifyCheckStatus), object: object{ // F-662
		aText("status", string(v.Status)),
		aTextOrNull("payee", v.Payee),
		anISO8601("date_updated", v.Updated),
		aText("account_sid", r.account.SID),
		aText("to", v.To),
		aTextOrNull("amount", v.Amount),
		aBool("valid", v.Status == verify.Approved),
		aText("sid", v.SID),
		anISO8601("date_created", v.Created),
		aText("service_sid", v.ServiceSID),
		aText("channel", string(v.Channel)),
		aListOfTexts("sna_attempts_error_codes", nil),
	}}, nil
}

func listAttempts(_ context.Context, r *request) (*answer, error) {
	form := r.form.Get
	filter := verify.AttemptFilter{VerificationSID: form("VerificationSid"),
		ServiceSID: form("VerifyServiceSid"), Channel: form("Channel"),
		To: form("ChannelData.To"), Country: form("Country"), Status: form("Status")}
	for name, into := range map[string]*time.Time{
		"DateCreatedAfter": &filter.After, "DateCreatedBefore": &filter.Before} {
		day, err := r.dateFilter(name)
		if err != nil {
			return nil, err
		}
		*into = day.first
	}
	return listOf(r, listNames{key: "attempts"}, verify.Of(r.account).Attempts(filter),
		func(a verify.Sent) string { return a.SID }, attemptObject)
}

func fetchAttempt(_ context.Context, r *request) (*answer, error) {
	a, ok := verify.Of(r.account).Attempt(r.vars[0])
	if !ok {
		return nil, apierr.NotFound()
	}
	return &answer{status: http.StatusOK, object: attemptObject(r, a)}, nil
}

// attemptObject returns an attempt with its keys in the order of F-673. It has no price, because no
// source has the amounts.
func attemptObject(r *request, a verify.Sent) object {
	status := "unconverted"
	updated := a.At
	if a.Converted {
		status, updated = "converted", a.Verification.Updated
	}
	return object{
		aText("sid", a.SID),
		aText("account_sid", r.account.SID),
		aText("service_sid", a.Verification.ServiceSID),
		aText("verification_sid", a.Verification.SID),
		anISO8601("date_created", a.At),
		anISO8601("date_updated", updated),
		aText("conversion_status", status),
		aText("channel", string(a.Channel)),
		aNull("price"),
		anObject("channel_data", aText("to", a.Verification.To)),
		aText("url", r.base()+attemptsPath+"/"+a.SID),
	}
}

func rateLimitObject(r *request, l verify.RateLimit) object {
	url := r.base() + verifyServicesPath + "/" + l.ServiceSID + "/RateLimits/" + l.SID
	return object{
		aText("sid", l.SID),
		aText("service_sid", l.ServiceSID),
		aText("account_sid", r.account.SID),
		aText("unique_name", l.UniqueName),
		aTextOrNull("description", l.Description),
		anISO8601("date_created", l.Created),
		anISO8601("date_updated", l.Updated),
		aText("url", url),
		anObject("links", aText("buckets", url+"/Buckets")),
	}
}

func (r *request) rateLimitAnswer(status int, l verify.RateLimit, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{status: status, object: rateLimitObject(r, l)}, nil
}

func listRateLimits(_ context.Context, r *request) (*answer, error) {
	state := verify.Of(r.account)
	if _, ok := state.Service(r.vars[0]); !ok {
		return nil, apierr.NotFound()
	}
	return listOf(r, listNames{key: "rate_limits"}, state.RateLimits(r.vars[0]),
		func(l verify.RateLimit) string { return l.SID }, rateLimitObject)
}

func createRateLimit(_ context.Context, r *request) (*answer, error) {
	l, err := verify.Of(r.account).CreateRateLimit(r.vars[0], r.form.Get("UniqueName"),
		r.form.Get("Description"))
	return r.rateLimitAnswer(http.StatusCreated, l, err)
}

func fetchRateLimit(_ context.Context, r *request) (*answer, error) {
	l, err := r.rateLimit()
	return r.rateLimitAnswer(http.StatusOK, l, err)
}

// rateLimit returns the rate limit that the path names.
func (r *request) rateLimit() (verify.RateLimit, error) {
	l, ok := verify.Of(r.account).RateLimit(r.vars[0], r.vars[1])
	if !ok {
		return l, apierr.NotFound()
	}
	return l, nil
}

func updateRateLimit(_ context.Context, r *request) (*answer, error) {
	l, err := verify.Of(r.account).UpdateRateLimit(r.vars[0], r.vars[1], r.given("Description"))
	return r.rateLimitAnswer(http.StatusOK, l, err)
}

func deleteRateLimit(_ context.Context, r *request) (*answer, error) {
	return noContent, verify.Of(r.account).DeleteRateLimit(r.vars[0], r.vars[1])
}

// bucketObject returns a bucket of the rate limit that the path names.
func bucketObject(r *request, b verify.Bucket) object {
	return object{
		aText("sid", b.SID),
		aText("rate_limit_sid", r.vars[1]),
		aText("service_sid", r.vars[0]),
		aText("account_sid", r.account.SID),
		aNumber("max", b.Max),
		aNumber("interval", b.Interval),
		anISO8601("date_created", b.Created),
		anISO8601("date_updated", b.Updated),
		aText("url", r.base()+verifyServicesPath+"/"+r.vars[0]+"/RateLimits/"+r.vars[1]+
			"/Buckets/"+b.SID),
	}
}

func listBuckets(_ context.Context, r *request) (*answer, error) {
	l, err := r.rateLimit()
	if err != nil {
		return nil, err
	}
	return listOf(r, listNames{key: "buckets"}, l.Buckets,
		func(b verify.Bucket) string { return b.SID }, bucketObject)
}

func fetchBucket(_ context.Context, r *request) (*answer, error) {
	l, err := r.rateLimit()
	if err != nil {
		return nil, err
	}
	for _, b := range l.Buckets {
		if b.SID == r.vars[2] {
			return &answer{status: http.StatusOK, object: bucketObject(r, b)}, nil
		}
	}
	return nil, apierr.NotFound()
}

// setBucket makes a bucket, or changes the one that the path names.
func setBucket(status int) handler {
	return func(_ context.Context, r *request) (*answer, error) {
		most, err := r.wholeNumber("Max")
		if err != nil {
			return nil, err
		}
		interval, err := r.wholeNumber("Interval")
		if err != nil {
			return nil, err
		}
		b, err := verify.Of(r.account).SetBucket(r.vars[0], r.vars[1], r.vars[2], most, interval)
		if err != nil {
			return nil, err
		}
		return &answer{status: status, object: bucketObject(r, b)}, nil
	}
}

// wholeNumber returns a parameter of Verify's that is a number, nil if the request does not have
// it.
func (r *request) wholeNumber(name string) (*int, error) {
	value := r.given(name)
	if value == nil {
		return nil, nil
	}
	n, err := strconv.Atoi(*value)
	if err != nil {
		return nil, verify.Invalid(name, *value)
	}
	return &n, nil
}

func deleteBucket(_ context.Context, r *request) (*answer, error) {
	return noContent, verify.Of(r.account).DeleteBucket(r.vars[0], r.vars[1], r.vars[2])
}

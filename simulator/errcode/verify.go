package errcode

// verify has the codes of Verify (F-676) and of its refusals. Titles are the texts of the API; the
// HTTP status is that of the fact or, where none says it, 400 as inferred. 60238 and 60605 are not
// here, because no fact has their texts.
var verify = []Info{
	{60200, "Invalid parameter", Error, 400, "", RetryAfterFix, "F-676", false},
	{60201, "Invalid verification code", Error, 400, "", RetryAfterFix, "F-676", true},
	{60202, "Max check attempts reached", Error, 429, "", RetryLater, "F-665", false},
	{60203, "Max send attempts reached", Error, 429, "", RetryLater, "F-642", false},
	{60204, "Service does not support this feature",
		Error, 400, "", RetryAfterFix, "F-676", true},
	{60205, "SMS is not supported by landline phone number",
		Error, 403, "", RetryNo, "F-647", false},
	{60206, "'Amount' & 'Payee' params are required",
		Error, 400, "", RetryAfterFix, "F-658", true},
	{60212, "Too many concurrent requests", Error, 429, "", RetryLater, "F-650", true},
	{60217, "A Mailer must be associated with the service",
		Error, 400, "", RetryAfterFix, "F-649", true},
	{60410, "Verification delivery attempt blocked", Error, 403, "", RetryNo, "F-648", true},
}

package errcode

// verify has the codes of Verify (F-676) and of its refusals. Titles are the texts of the API; the
// HTTP status is that of the fact or, where none says it, 400 as inferred. 60238 and 60605 are not
// here, because no fact has their texts.
var verify = []Info{
	{60200, "Invalid parameter", Error, 400, "", RetryAfterFix, "F-676", false},
	{60203, "Max send attempts reached", Error, 429, "", RetryLater, "F-642", false},
}

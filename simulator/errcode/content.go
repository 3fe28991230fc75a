package errcode

// content has the codes of content templates. No source gives the HTTP status of 90025, which
// refuses a template.
var content = []Info{
	{90025, "Template body has unsupported tag type",
		Error, 400, "", RetryAfterFix, "F-698", true},
}

package twiml

// Codes of Twilio's debugger about an answer. F-117 and F-136 to F-151 have their levels and
// titles.
const (
	codeURL            = 11100 // F-117
	codeTooLarge       = 11750 // F-136
	codeEmpty          = 11770 // F-138
	codeParse          = 12100 // F-139
	codeVersion        = 12101 // F-140
	codeRoot           = 12102 // F-141
	codeSchema         = 12200 // F-142
	codeContentType    = 12300 // F-143
	codeTo             = 14101 // F-145
	codeFrom           = 14102 // F-145
	codeBody           = 14103 // F-145
	codeMethod         = 14104 // F-146
	codeStatusCallback = 14105 // F-146
	codeVoiceVerb      = 14110 // F-151
)

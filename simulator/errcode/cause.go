package errcode

// causes says what the debugger codes of C.4 mean, in the words of the facts. Where a fact refers
// to another section, or names several codes, the words are those of the fact about the one code.
var causes = map[int]string{
	11100: "unusable URL in number settings, REST parameter or TwiML attribute",
	11200: "4xx/5xx, network trouble, missing or wrong content type",
	11201: "connect timeout",
	11202: "nothing listening",
	11203: "total time (tt) used up",
	11205: "no connection (two 5 s tries), private address, localhost",
	11206: "not HTTP, or http spoken to an https port",
	11210: "DNS name unknown",
	11215: "redirect chain too long",
	11216: "3xx other than 301/302/303/307, or no Location",
	11217: "server answered 4xx/5xx",
	11220: "no common cipher or protocol",
	11235: "name not covered",
	11236: "out of date",
	11237: "chain incomplete or self-signed",
	11240: "bad e override: no edge has that name",                   // F-047
	11241: "bad e override: webhooks do not leave from that edge",    // F-047
	11242: "bad e override: the account has no Twilio Interconnect",  // F-047
	11243: "bad rp override: a word that is none of its policy list", // F-045
	11251: "malformed HTTP response",
	11321: "no usable webhook set for the sender",
	11322: "method not GET/POST",
	11750: "above 64 kB",
	11751: "above 5 MB (MMS) or 16 MB (WhatsApp) in total",
	11770: "empty chunked body",
	12100: "not well-formed XML",
	12101: "wrong version",
	12102: "other root",
	12200: "unknown or misspelt element or attribute, bad nesting",
	12300: "response type not accepted",
	12400: "Twilio side",
	14101: "no number, or the number that the reply comes from",                // F-104
	14102: "neither a number nor an alphanumeric sender of 1 to 11 characters", // F-105
	14103: "no text, or more than 1600 characters",                             // F-110
	14104: "method not GET/POST",                                               // F-107
	14105: "bad URL",                                                           // F-108
	14106: "50 documents",
	14107: "reply loop between two numbers",
	14108: "from without SMS",
	14109: "more than 10 messages",
	14110: "voice verb in a message reply",
	14111: "trial account",
}

// Cause returns what a debugger code of webhooks and TwiML means, in a few words; "" for any other
// code.
func Cause(code int) string { return causes[code] }

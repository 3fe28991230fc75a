package segment

import (
	"strings"
	"sync"
)

// Smart returns the body with typographic characters replaced by GSM look-alikes, so that one curly
// quote or one long dash does not make a whole text UCS-2 (F-407).
//
// It replaces all or nothing: if a character remains that GSM-7 does not have, such as an emoji,
// the body is returned unchanged. Twilio's page "Messaging Services" says that messages with emoji
// or with a script such as hangul are not touched; Twilio's segment calculator (SEG) replaces in
// any case. The result can have more parts than the body: "…" is one unit of UCS-2 and three of
// GSM-7.
func Smart(body string) string {
	if a, _ := measure(body); a.encoding == GSM7 {
		return body
	}
	var b strings.Builder
	b.Grow(len(body))
	for _, r := range body {
		if septets(r) > 0 {
			b.WriteRune(r)
			continue
		}
		gsm, ok := lookAlikes()[r]
		if !ok {
			return body
		}
		b.WriteString(gsm)
	}
	return b.String()
}

// lookAlikes is the list of SEG (src/libs/SmartEncodingMap.ts), which is that of Twilio's page
// "List of characters replaced by Smart Encoding". Control characters and tab are left out, because
// the sources themselves are not sure of them. SEG writes two spaces for some spaces and one for
// others; we always write one.
var lookAlikes = sync.OnceValue(makeLookAlikes)

// smart is lookAlikes by replacement. Invisible and combining characters are written as escapes.
var smart = []struct{ gsm, from string }{
	// quotes; the single angle quotes do point the wrong way in both sources
	{`"`, "«»“”„‟ʺˮ❝❞〝〞"},
	{`'`, "‘’‛ʻˈʼʽʹ´ˊ`ˋ❛❜\u0313\u0314︐︑"},
	{`,`, "‚\u0326﹐、﹑､"},
	{`>`, "‹﹥"},
	{`<`, "›﹤"},

	// dashes and bullets
	{`-`, "‐–—―⎼⎽﹣•⁃"},
	{`_`, "‗\u0332"},
	{`|`, "\u20d2\u20d3∣⎸⎹⏐⎜⎟"},
	{`~`, "˜˷\u0303\u0330\u0334∼"},

	// spaces, and what has no width
	{
		` `,
		"\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007" +
			"\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
	},
	{``, "\u200b\u200c\u2060\ufeff"},

	// punctuation and signs
	{`...`, "…"},
	{`.`, "。﹒｡"},
	{`:`, "ː˸⦂꞉︓"},
	{`;`, "⁏︔﹔"},
	{`!`, "ǃ︕﹗"},
	{`!!`, "‼"},
	{`?`, "︖﹖"},
	{`#`, "﹟"},
	{`$`, "﹩"},
	{`%`, "﹪"},
	{`&`, "﹠"},
	{`@`, "﹫"},
	{`*`, "⁎∗⊛✢✣✤✥✱✲✳✺✻✼✽❃❉❊❋⧆﹡"},
	{`+`, "˖﹢"},
	{`=`, "\u0347꞊﹦"},
	{`/`, "÷⧸\u0337\u0338⁄∕"},
	{`\`, "⧹⧵\u20e5﹨"},
	{`^`, "ˆ\u0302\u1dcd"},
	{`(`, "❨❪﹙⟮⦅"},
	{`)`, "❩❫﹚⟯⦆"},
	{`{`, "❴﹛"},
	{`}`, "❵﹜"},
	{`1/4`, "¼"},
	{`1/2`, "½"},
	{`3/4`, "¾"},
}

// Each small capital is above the letter that replaces it. Q and X are in neither source.
const (
	smallCapitals = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
	capitals      = "ABCDEFGHIJKLMNOPRSTUVWYZ"
)

// makeLookAlikes adds the fullwidth forms, which Unicode has in the order of ASCII. Neither source
// has the fullwidth small letters and backtick.
func makeLookAlikes() map[rune]string {
	m := map[rune]string{}
	for _, s := range smart {
		for _, r := range s.from {
			m[r] = s.gsm
		}
	}
	at := 0
	for _, r := range smallCapitals {
		m[r] = capitals[at : at+1]
		at++
	}
	for c := '!'; c <= '~'; c++ {
		if c < '`' || c > 'z' {
			m[c-'!'+'\uff01'] = string(c)
		}
	}
	return m
}

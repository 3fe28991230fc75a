package twiml

import "strings"

// schemaTests are 12200 and 14110 (F-098).
var schemaTests = []parseTest{
	{
		name: "voice verbs, 14110",
		body: "<Response>\n <Say>hi</Say>\n <Message>x</Message>\n " +
			"<Gather><Play>a</Play></Gather>\n</Response>",
		want: verbs(text("x", 3, 2)).with(
			Warning{14110, "<Say> is a voice verb and is skipped; a message is answered with " +
				"<Message> or <Redirect>", at(2, 2)},
			Warning{14110, "<Gather> is a voice verb and is skipped; a message is answered with " +
				"<Message> or <Redirect>", at(4, 2)}),
	},
	{
		name: "unknown elements, 12200",
		body: "<Response><message>a</message><Mesage>b</Mesage><Banana/><Sms>c</Sms></Response>",
		want: warnings(
			Warning{12200, "<message> is ignored; names are case-sensitive, write <Message>",
				at(1, 11)},
			Warning{12200, "<Mesage> is ignored; did you mean <Message>?", at(1, 31)},
			Warning{12200, "<Banana> is ignored; <Response> takes <Message> and <Redirect>",
				at(1, 49)},
			Warning{12200, "<Sms> is the old name of <Message> and is not simulated; write " +
				"<Message>", at(1, 58)}),
	},
	{
		name: "wrong nesting, 12200",
		body: "<Response><Body>a</Body><Response/><Message>b<Message>c</Message><Redirect>" +
			"/x</Redirect><Say/></Message></Response>",
		want: verbs(text("b", 1, 36)).with(
			Warning{12200, "<Body> is ignored in <Response>; it belongs in <Message>", at(1, 11)},
			Warning{12200, "<Response> is the root element and is ignored anywhere else",
				at(1, 25)},
			Warning{12200, "<Message> is ignored in <Message>; it belongs in <Response>",
				at(1, 46)},
			Warning{12200, "<Redirect> is ignored in <Message>; it belongs in <Response>",
				at(1, 66)},
			Warning{12200, "<Say> is ignored; <Message> takes <Body> and <Media>", at(1, 89)}),
	},
	{
		name: "markup in a text, 12200",
		body: "<Response><Message>a <b>bold</b> " +
			"c</Message><Message><Body>d<i/></Body></Message></Response>",
		want: verbs(text("a  c", 1, 11), text("d", 1, 45)).with(
			Warning{12200, "<b> is ignored; <Message> takes <Body> and <Media>", at(1, 22)},
			Warning{12200, "<i> is ignored; <Body> takes text alone", at(1, 61)}),
	},
	{
		name: "text outside verbs, 12200",
		body: "<Response>\n  Hello<Message>x</Message><![CDATA[you]]></Response>",
		want: verbs(text("x", 2, 8)).with(
			Warning{12200, "text in <Response> outside a verb is ignored; put it in <Message>",
				at(2, 3)},
			Warning{12200, "text in <Response> outside a verb is ignored; put it in <Message>",
				at(2, 28)}),
	},
	{
		name: "unknown attributes, 12200",
		body: "<Response version='1'><Message\n  Action='/a' statuscallback='/s'\n  acton='/b' " +
			"colour='red'><Body a='b'>x</Body></Message></Response>",
		want: verbs(text("x", 1, 23)).with(
			Warning{12200, "attribute version is ignored; <Response> takes none", at(1, 11)},
			Warning{12200, "attribute Action of <Message> is ignored; names are case-sensitive, " +
				"write action", at(2, 3)},
			Warning{12200, "attribute statuscallback of <Message> is ignored; names are " +
				"case-sensitive, write statusCallback", at(2, 15)},
			Warning{12200, "attribute acton of <Message> is ignored; did you mean action?",
				at(3, 3)},
			Warning{12200, "attribute colour is ignored; <Message> takes to, from, action, " +
				"method, statusCallback", at(3, 14)},
			Warning{12200, "attribute a is ignored; <Body> takes none", at(3, 33)}),
	},
	{
		name: "unknown attribute of a redirect, 12200",
		body: "<Response><Redirect metod='GET'>/x</Redirect></Response>",
		want: verbs(&Redirect{URL: "https://shop.example/x", Method: "POST", Pos: at(1, 11)}).
			with(Warning{12200, "attribute metod of <Redirect> is ignored; did you mean method?",
				at(1, 21)}),
	},
	{
		name: "namespaces",
		body: "<Response xmlns:xsi='urn:i' xmlns='urn:d' " +
			"xsi:x='y'><Message>a</Message><t:Message>b</t:Message></Response>",
		want: verbs(text("a", 1, 53)).with(Warning{12200,
			"<t:Message> is ignored; did you mean <Message>?", at(1, 73)}),
	},
	{
		name: "long names are cut",
		body: "<Response><" + strings.Repeat("x", 30000) + "/></Response>",
		want: warnings(Warning{12200, "<" + strings.Repeat("x", 40) +
			"> is ignored; <Response> takes <Message> and <Redirect>", at(1, 11)}),
	},
	{
		name: "columns are characters",
		body: "<Response><Message>Grüße 🧾</Message><Foo/></Response>",
		want: verbs(text("Grüße 🧾", 1, 11)).
			with(Warning{12200, "<Foo> is ignored; <Response> takes <Message> and <Redirect>",
				at(1, 37)}),
	},
}

var attributeTests = []parseTest{
	{
		name: "possible addresses",
		body: `<Response><Message to="whatsapp:+14155238886" from="Shop 24">a</Message><Message ` +
			`to="12345" from="87654321">b</Message></Response>`,
		want: verbs(
			&Message{To: "whatsapp:+14155238886", From: "Shop 24", Method: "POST", Body: "a",
				Pos: at(1, 11)},
			&Message{To: "12345", From: "87654321", Method: "POST", Body: "b", Pos: at(1, 73)}),
	},
	{
		name: "bad to, 14101",
		body: `<Response><Message to=" 12025550142">a</Message><Message ` +
			`to="">b</Message><Message>c</Message></Response>`,
		want: verbs(text("c", 1, 75)).with(
			Warning{14101,
				`to " 12025550142" is not an address and the message is not sent; write a number as in ` +
					`+12025550142`, at(1, 20)},
			Warning{14101,
				`to "" is not an address and the message is not sent; write a number as in +12025550142`, at(1,
					58)}),
	},
	{
		name: "bad from, 14102",
		body: `<Response><Message from="TwelveLetter">a</Message></Response>`,
		want: warnings(Warning{14102,
			`from "TwelveLetter" is not a sender and the message is not sent; ` +
				`write a number as in +12025550142 or a name of 1 to 11 characters with a letter in it`,
			at(1, 20)}),
	},
	{
		name: "bad method, 14104",
		body: `<Response><Message method="get">a</Message><Redirect ` +
			`method="PUT">/x</Redirect></Response>`,
		want: verbs(text("a", 1, 11), &Redirect{URL: "https://shop.example/x", Method: "POST",
			Pos: at(1, 44)}).with(
			Warning{14104, `method "get" is read as POST; write GET or POST, in capitals`,
				at(1, 20)},
			Warning{14104, `method "PUT" is read as POST; write GET or POST, in capitals`,
				at(1, 54)}),
	},
	{
		name: "bad action, 11100",
		body: `<Response><Message action="localhost:3000/status">a</Message><Message ` +
			`action="">b</Message></Response>`,
		want: verbs(text("a", 1, 11), text("b", 1, 62)).with(
			Warning{11100,
				`action is not a usable URL and is ignored: "localhost:3000/status" does not begin with ` +
					`http:// or https://`, at(1, 20)},
			Warning{11100, "action is empty; give a URL or leave it out", at(1, 71)}),
	},
	{
		name: "bad statusCallback, 14105",
		body: `<Response><Message statusCallback="http://my_host/s">a</Message></Response>`,
		want: verbs(text("a", 1, 11)).with(
			Warning{14105,
				`statusCallback is not a usable URL and is ignored: "http://my_host/s" has an underscore in ` +
					`its host name`, at(1, 20)}),
	},
	{
		name: "bad media, 11100",
		body: `<Response><Message>a<Media>/my cat.jpg</Media><Media> ok.jpg ` +
			`</Media></Message></Response>`,
		want: verbs(&Message{Method: "POST", Body: "a",
			Media: []string{"https://shop.example/hooks/ok.jpg"}, Pos: at(1, 11)}).with(
			Warning{11100,
				`<Media> is not a usable URL and is ignored: "https://shop.example/my cat.jpg" contains ` +
					`white space; write a space as %20`, at(1, 21)}),
	},
}

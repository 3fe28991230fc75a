package coverage

// wire adds the other orders of callbacks, and what else can happen to a webhook on its way.
func (t *table) wire() {
	t.add("order", "before the answer of the API", "order/early", creates, // F-170
		"app", "rule then=sent,delivered race", sendBack, "clock run",
		status+" MessageStatus=sent http=200")
	t.add("order", "together", "order/together", callbacks, "app", // F-169
		"rule then=sent,delivered overlap", sms, "clock run",
		status+" MessageStatus=delivered http=200")
	for _, f := range []struct{ kind, fault string }{{"late", "late:2s"},
		{"signature", "signature:bad"}} {
		lines := []string{"rule webhook=inbound times=1 fault=" + f.fault, sms, "clock run"}
		back := []string{"rule webhook=status times=1 fault=" + f.fault, sms, "clock run"}
		if f.kind == "signature" {
			lines, back = append(lines, cutAlert), append(back, cutAlert)
		}
		t.add("fault", f.kind+" of a text's webhook", "fault/inbound/"+f.kind, texts,
			append(lines, "expect webhook purpose=inbound fault="+f.fault)...)
		t.add("fault", f.kind+" of a callback", "fault/status/"+f.kind, callbacks,
			append(back, status+" fault="+f.fault)...)
	}
	t.add("fault", "reorder of a callback", "fault/status/reorder", callbacks,
		"rule webhook=status times=1 fault=reorder", sms, "clock run", status+" fault=reorder")
	for _, kind := range []string{"drop", "duplicate"} {
		t.add("fault", kind+" of a redirect", "fault/redirect/"+kind, redirects,
			"rule webhook=redirect times=1 fault="+kind,
			"sms +12025550142 +12025550100 'redirect once'",
			"expect webhook purpose=redirect fault="+kind+"*")
		t.add("fault", kind+" of a fallback", "fault/fallback/"+kind, fallbacks,
			"number +12025550100 http://127.0.0.1:1/sms fallback=$PUBLIC_URL/sms",
			"rule webhook=fallback times=1 fault="+kind, sms, "expect alert code=11202",
			"expect webhook purpose=fallback fault="+kind+"*")
	}
	for _, s := range []string{"bad", "missing", "wrong-url"} {
		t.add("signature", s+" of a callback, refused", "signature/status/"+s, callbacks,
			"rule webhook=status times=1 fault=signature:"+s, sms, "clock run", cutAlert,
			status+" signature="+s+" http=403")
	}
	t.add("opt-out", "a text after START", "opt-out/again", creates,
		"sms +12025550142 +12025550100 STOP", "sms +12025550142 +12025550100 START", send, "clock run",
		"expect message direction=outbound-api status=delivered")
}

// sendBack sends a message whose callbacks the app gets.
const sendBack = send + " callback=$PUBLIC_URL/status"

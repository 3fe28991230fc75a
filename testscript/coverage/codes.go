package coverage

import (
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
)

// moreCodes are the delivery codes of the carrier's table that the first part of the table lacks.
// They are written down once more because the order here gives the items their numbers, and that of
// the carrier's table may change.
var moreCodes = []int{30010, 30011, 30012, 30013, 30014, 30015, 30016, 30017, 30018, 30019, 30020,
	30021, 30022, 30023, 30024, 30027, 30028, 30032, 30033, 30035, 30036, 30037, 30040, 30041, 30042,
	30043, 30044, 30410, 30450, 30454, 30500}

// channelCodes are those that only other channels than SMS have. WhatsApp stands for them.
var channelCodes = []int{63001, 63002, 63003, 63005, 63006, 63008, 63009, 63010, 63011, 63012,
	63013, 63014, 63015, 63016, 63017, 63018, 63019, 63020, 63021, 63022, 63023, 63024, 63025, 63026,
	63027, 63028, 63029, 63030, 63032, 63033, 63034, 63037, 63040, 63041, 63042, 63049, 63050, 63051}

const (
	whatsAppText = "sms whatsapp:+12025550142 whatsapp:+12025550100 hello"
	whatsAppSend = "send to=whatsapp:+12025550142 from=whatsapp:+12025550100 body=hello"
)

// codes adds the other final statuses and their codes, for replies and for messages of the API. It
// panics if the carrier has lost a code: a test of the table runs it.
func (t *table) codes() {
	for _, way := range []struct {
		direction, use, channel string
		codes                   []int
		does                    []string
	}{
		{"outbound-reply", replies, "", moreCodes, []string{sms}},
		{"outbound-api", creates, "", moreCodes, []string{send}},
		{"outbound-reply", whatsAppReplies, "", channelCodes, []string{whatsAppText}},
		// the text opens the window (F-608)
		{"outbound-api", whatsAppCreates, "", channelCodes, []string{whatsAppText, whatsAppSend}},
	} {
		for _, code := range way.codes {
			o, ok := carrier.OutcomeOf(code)
			if !ok {
				panic("coverage: the carrier has no code " + strconv.Itoa(code))
			}
			t.outcome(way.direction, way.use, o.Name, string(o.Final()), strconv.Itoa(code), way.does)
		}
		if strings.HasPrefix(way.use, "whatsapp") {
			t.outcome(way.direction, way.use, "read", "read", "", way.does)
		}
	}
}

// outcome adds the item of one final status with its code.
func (t *table) outcome(direction, use, then, status, code string, does []string) {
	lines := append([]string{"rule direction=" + direction + " then=" + then}, does...)
	expect := "expect message direction=" + direction + " status=" + status
	if code != "" {
		expect += " error_code=" + code
	}
	t.add("outcome", trim(status+" "+code)+", "+direction, "outcome/"+direction+"/"+status+"/"+code,
		use, append(lines, "clock run", expect)...)
}

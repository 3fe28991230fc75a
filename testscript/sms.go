package testscript

import (
	"fmt"
	"io"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

const smsUsage = "sms FROM TO [BODY] [body=FILE] [media=FILE…] [NAME=VALUE…] [as=NAME]"

// cmdSms makes a handset text a number, and prints what came back.
//
//	sms FROM TO [BODY] [body=FILE] [media=FILE…] [NAME=VALUE…] [as=NAME]
func cmdSms(ts host, neg bool, args []string) {
	w := of(ts)
	if len(args) < 3 {
		usage(ts, smsUsage)
	}
	text := messaging.Text{From: args[0], To: args[1]}
	rest := args[2:]
	if !isFileWord(args[2]) {
		text.Body, rest = args[2], args[3:]
	}
	as := ""
	for _, word := range rest {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			ts.Check(notNameValue(word))
		case name == "as":
			as = value
		case name == "media":
			text.Media = append(
				text.Media,
				messaging.ReadMedia(strings.TrimSuffix(value, base64Ending), readFile(ts, value)),
			)
		case name == "body":
			text.Body = strings.TrimSuffix(
				string(readFile(ts, value)),
				"\n",
			) // every file of a scenario ends with a newline
		default:
			text.Params = append(text.Params, webhook.Param{Name: name, Value: value})
		}
	}
	receipt, err := w.receive(text)
	if neg {
		if err == nil {
			ts.Fatalf("the text was accepted")
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
	w.nameThing(ts, as, receipt.Message.ID())
	w.printReceipt(ts.Stdout(), receipt)
}

// isFileWord reports whether a word names a file in place of a body.
func isFileWord(word string) bool {
	return strings.HasPrefix(word, "body=") || strings.HasPrefix(word, "media=")
}

// notNameValue is the error about a word behind the body of sms.
func notNameValue(word string) error {
	return fmt.Errorf("%q is not NAME=VALUE; quote a body of several words", word)
}

// errorLines is how many lines of the app's own error are shown.
const errorLines = 6

// printReceipt writes a line for the text, each call to the app, each reply and each alert.
func (w *world) printReceipt(out io.Writer, r *messaging.Receipt) {
	f := r.Message.Snapshot()
	fmt.Fprintf(out, "%s  %s -> %s  %q  received\n", f.SID, f.From, f.To, f.Body)
	if r.Held != nil {
		fmt.Fprintf(
			out,
			"  webhook  waits until v+%s  rule %s %s\n",
			span(r.Held.Until.Sub(start)),
			r.Held.Rule,
			r.Held.What,
		)
	}
	for _, x := range r.Webhooks {
		fmt.Fprintf(out, "  %-8s %s\n", x.Kind(), describe(x))
		for _, line := range x.ErrorLines(errorLines) {
			fmt.Fprintf(out, "           %s\n", line)
		}
	}
	for _, reply := range r.Replies {
		f := reply.Snapshot()
		fmt.Fprintf(out, "  reply    %s  %s -> %s  %q\n", f.SID, f.From, f.To, f.Body)
	}
	if len(r.Replies) == 0 && r.Held == nil {
		fmt.Fprintln(out, "  reply    none")
	}
	for _, a := range r.Alerts {
		fmt.Fprintf(out, "  alert    %s %s: %s\n", a.Code, a.Title, a.Text)
	}
}

// describe describes a request to the app in one line.
func describe(x *journal.Exchange) string {
	line := fmt.Sprintf("%s  %s  %s", x.Name, x.Summary(), httpStatus(x))
	if contentType := x.ResponseHeader.Get("Content-Type"); contentType != "" &&
		x.Purpose != journal.Status {
		line += "  " + contentType
	}
	if x.Signature != "valid" {
		line += "  signature " + x.Signature
	}
	if x.Attempt > 1 {
		line += fmt.Sprintf("  attempt %d", x.Attempt)
	}
	if len(x.Faults) > 0 {
		line += "  " + x.Faults.Note()
	}
	return line
}

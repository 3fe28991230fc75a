package messaging

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/content"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/segment"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// queryFields returns the names that a query about things of a kind may use.
func queryFields(kind journal.Kind) []string {
	switch kind {
	case journal.Messages:
		return MessageFields()
	case journal.Alerts:
		return journal.AlertFields()
	case journal.Webhooks, journal.Requests:
		return journal.ExchangeFields()
	}
	return journal.ResourceFields(kind)
}

// ParseQuery reads the words of a filter or an expectation, as [journal.ParseQuery] does, and
// refuses a value that its field never has: nothing would match it, and an expectation that
// something is absent would always hold.
func ParseQuery(kind journal.Kind, words []string) (journal.Query, error) {
	q, err := journal.ParseQuery(kind, queryFields(kind), words)
	if err != nil {
		return q, err
	}
	for _, term := range q.Terms {
		if err := checkValue(kind, term); err != nil {
			return journal.Query{}, err
		}
	}
	return q, nil
}

// checkValue checks a value that is neither a pattern nor a bound.
func checkValue(kind journal.Kind, term journal.Term) error {
	value, exact := term.Value.Literal()
	if !exact || value == "" || term.Order != "" {
		return nil
	}
	if isNumber(kind, term.Field) {
		if _, err := strconv.Atoi(value); err != nil {
			return fmt.Errorf("%s is a number, not %q", term.Field, value)
		}
		return nil
	}
	if err := checkForm(kind, term.Field, value); err != nil {
		return err
	}
	values := valuesOf(kind, term.Field)
	if values == nil || slices.Contains(values, value) {
		return nil
	}
	hint := "its values are " + strings.Join(values, " ")
	if near := suggest.Nearest(strings.ReplaceAll(value, "_", "-"), values); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fmt.Errorf("%s is never %q: %s", term.Field, value, hint)
}

// checkForm refuses an address, a path and the code of an alert that are not written as all are.
func checkForm(kind journal.Kind, field, value string) error {
	switch string(kind) + " " + field {
	case "message to", "message from", "webhook To", "webhook From":
		return address.CheckExact(value)
	case "webhook path", "request path":
		if value[0] != '/' {
			return fmt.Errorf("a path begins with /: did you mean %q?", "/"+value)
		}
	case "alert code":
		digits := strings.TrimPrefix(value, "SIM-")
		if _, err := strconv.Atoi(digits); err != nil {
			return fmt.Errorf("code is a number, or SIM- and a number, not %q", value)
		}
	}
	return nil
}

func isNumber(kind journal.Kind, field string) bool {
	numbers := map[journal.Kind][]string{
		journal.Messages: {"error_code", "num_segments", "num_media"},
		journal.Webhooks: {"http", "attempt", "ErrorCode", "NumMedia", "NumSegments"},
		journal.Requests: {"http", "attempt", "code"},
		journal.Alerts:   {"line", "column"},
	}
	return slices.Contains(numbers[kind], field)
}

// valuesOf returns all values that a field of a kind can have; nil if they are not a fixed set.
// Products that import this package have their values written out.
func valuesOf(kind journal.Kind, field string) []string {
	switch string(kind) + " " + field {
	case "message status", "webhook MessageStatus", "webhook SmsStatus":
		return texts(carrier.Statuses())
	case "message direction":
		return []string{string(Inbound), string(OutboundAPI), string(OutboundReply), "outbound-call"}
	case "message encoding":
		return texts([]segment.Encoding{segment.GSM7, segment.UCS2})
	case "webhook purpose":
		return texts([]journal.Purpose{journal.Inbound, journal.Redirect, journal.Fallback,
			journal.Status,
			webhook.HTTPRedirect, journal.Streamed, journal.Clicked, Custom})
	case "request purpose":
		return []string{string(journal.API)}
	case "webhook signature":
		return append([]string{"valid"}, fault.Signatures()...)
	case "webhook method":
		return []string{"GET", "POST"}
	case "request method":
		return []string{"GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"}
	case "alert level":
		return texts([]journal.Level{journal.LevelError, journal.LevelWarning, journal.LevelInfo})
	case "alert acknowledged":
		return []string{"true", "false"}
	case "verification status": // as package verify has them
		return []string{"pending", "approved", "canceled", "expired", "max_attempts_reached"}
	case "verification channel":
		return []string{"sms", "whatsapp", "rcs", "call", "email", "sna", "auto"}
	case "template status":
		return append(texts(content.Statuses()), "removed")
	case "event status": // as package events has them
		return []string{"waiting", "retrying", "delivered", "rejected", "dropped"}
	}
	return nil
}

func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = string(value)
	}
	return list
}

package incident

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// isCSV reports whether the first line has the names of the message log's columns.
func isCSV(data []byte) bool {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	names := strings.Split(strings.ToLower(string(line)), ",")
	for i := range names {
		names[i] = strings.Trim(strings.TrimSpace(names[i]), `"`)
	}
	return slices.Contains(names, "sid") && slices.Contains(names, "status")
}

// addCSV reads the message log. Its columns may have any order, and their names any case. Rows may
// be shorter than the head, and quotes may be loose: people edit such files.
func (r *Record) addCSV(name string, data []byte) error {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	head, err := reader.Read()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, h := range head {
		column[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for n := 2; ; n++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		get := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if !isMessage(get("sid")) {
			r.skip("%s:%d: no SID of a message", name, n)
			continue
		}
		m := r.message(get("sid"))
		m.from, m.to = cmp.Or(get("from"), m.from), cmp.Or(get("to"), m.to)
		m.body = cmp.Or(get("body"), m.body)
		m.direction = cmp.Or(direction(get("direction")), m.direction)
		m.status = cmp.Or(strings.ToLower(get("status")), m.status)
		m.code = cmp.Or(number(get("errorcode")), m.code)
		m.sent = cmp.Or(parseTime(get("sentdate")), m.sent)
	}
}

// direction is a direction in Twilio's words; the log has some of its own.
func direction(s string) string {
	switch s = strings.ToLower(strings.ReplaceAll(s, " ", "-")); s {
	case "incoming":
		return "inbound"
	case "outgoing-api", "outgoing":
		return "outbound-api"
	case "outgoing-reply", "reply":
		return "outbound-reply"
	}
	return s
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // 0 is none
	return n
}

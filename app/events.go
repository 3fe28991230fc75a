package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// event is what the consumer reads of an event of Event Streams, F-731, F-736 and F-741.
type event struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Data struct {
		MessageSID    string `json:"messageSid"`
		MessageStatus string `json:"messageStatus"`
		ErrorCode     any    `json:"errorCode"`
		AlertCode     string `json:"error_code"`
		Link          string `json:"link"`
	} `json:"data"`
}

// progress orders the statuses of a message: events come late and out of order, F-729.
var progress = map[string]int{"QUEUED": 1, "SENT": 2, "UNDELIVERED": 3, "FAILED": 3, "DELIVERED": 3,
	"READ": 4}

// mostKept is how many events and messages the consumer remembers.
const mostKept = 10_000

// consumer is an analytics program: what it has counted of Event Streams.
type consumer struct {
	seen     map[string]bool   // the IDs of events
	statuses map[string]string // the furthest status of each message
}

// events takes events, each of them once, and prints what is new in them.
func (a *App) events(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), readStatus(err))
		return
	}
	if !a.validate(r, body) { // F-725: the validator compares the body with bodySHA256
		http.Error(w, refusal, http.StatusForbidden)
		return
	}
	var batch []event
	if err := json.Unmarshal(body, &batch); err != nil { // F-724: always an array
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, e := range batch {
		a.print(a.count(e))
	}
	w.WriteHeader(http.StatusNoContent)
}

// count counts an event and returns the line to print.
func (a *App) count(e event) string {
	a.consumerMu.Lock()
	defer a.consumerMu.Unlock()
	c := &a.consumer
	if len(c.seen) >= mostKept || c.seen == nil {
		c.seen, c.statuses = map[string]bool{}, map[string]string{}
	}
	if c.seen[e.ID] {
		return "duplicate " + e.Type
	}
	c.seen[e.ID] = true
	d := e.Data
	switch {
	case d.MessageStatus == "":
		return fmt.Sprintf("event %s %s%s%s", e.Type, d.MessageSID, d.AlertCode, d.Link)
	case progress[d.MessageStatus] < progress[c.statuses[d.MessageSID]]:
		return "late " + d.MessageSID + " " + d.MessageStatus
	}
	c.statuses[d.MessageSID] = d.MessageStatus
	line := "counted " + d.MessageSID + " " + d.MessageStatus
	if d.ErrorCode != nil {
		line += fmt.Sprint(" ", d.ErrorCode)
	}
	return line
}

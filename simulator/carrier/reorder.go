package carrier

import "twilsim/simulator/journal"

// Reorder holds a callback until the next one of its message was answered (F-169). Where no other is to come, it passes over.
type Reorder struct{}

func parseReorder(_ string, hasValue bool) (WireFault, error) { return plainFault(Reorder{}, hasValue) }

// String returns reorder.
func (Reorder) String() string { return "reorder" }

// Describe says the fault to a person.
func (Reorder) Describe() string { return "after the next callback" }

func (Reorder) change(w *Wire) { w.Swapped = true }

func (Reorder) fits(w Webhook) bool { return w.Purpose == journal.Status && !w.Alone }

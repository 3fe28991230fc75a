package carrier

import (
	"fmt"
	"strconv"
)

// Duplicate sends a webhook several times, one copy after the answer to the other, with one idempotency token (F-036). The
// answer to the last copy counts.
type Duplicate struct {
	Copies int // 2 to 100
}

func parseDuplicate(value string, hasValue bool) (WireFault, error) {
	if !hasValue {
		return Duplicate{2}, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 2 || n > maxCopies || value[0] == '+' {
		return nil, fmt.Errorf("%q is not a number of copies, want such as duplicate:3, up to %d", value, maxCopies)
	}
	return Duplicate{n}, nil
}

// String returns duplicate:2.
func (f Duplicate) String() string { return "duplicate:" + strconv.Itoa(f.Copies) }

// Describe says the fault to a person.
func (f Duplicate) Describe() string {
	if f.Copies == 2 {
		return "sent twice"
	}
	return "sent " + strconv.Itoa(f.Copies) + " times"
}

func (f Duplicate) change(w *Wire) { w.Fault.Copies = f.Copies }

package carrier

// Drop keeps a webhook from being sent. Nobody is told: Twilio's debugger has no line for what it does not know.
type Drop struct{}

func parseDrop(_ string, hasValue bool) (WireFault, error) { return plainFault(Drop{}, hasValue) }

// String returns drop.
func (Drop) String() string { return "drop" }

// Describe says the fault to a person.
func (Drop) Describe() string { return "never sent" }

func (Drop) change(w *Wire) { w.Fault.Drop = true }

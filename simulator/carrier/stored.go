package carrier

// StoredRules is a list of rules as it is stored.
type StoredRules struct {
	Last  int    `json:"last"` // the number of the newest ID
	Rules []Rule `json:"rules"`
}

// Stored returns the rules as they are stored.
func (l *Rules) Stored() StoredRules {
	l.mu.Lock()
	defer l.mu.Unlock()
	return StoredRules{l.last, append([]Rule{}, l.rules...)}
}

// Restore puts back the rules that [Rules.Stored] returned. It does not report a change, and the
// numbers of new IDs go on where they were.
func (l *Rules) Restore(s StoredRules) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules, l.last = s.Rules, s.Last
}

// OnChange has changed called with every change of the rules or of their use. It must not call the
// Rules. OnChange must be called before the rules are used.
func (l *Rules) OnChange(changed func()) { l.changed = changed }

func (l *Rules) changedLocked() {
	if l.changed != nil {
		l.changed()
	}
}

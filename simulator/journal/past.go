package journal

// Past is the history of a journal from before this run of the program, while it is being put into
// the journal. What happens meanwhile is noted, and comes behind it; who reads waits for it. So the
// program can begin before everything is read. The lock of journal guards later and added; into has
// its own, which is taken inside of it.
type Past struct {
	journal *Journal
	into    *Journal        // has what is there already
	later   []func()        // what to do behind it, with the lock of journal
	added   map[string]bool // the IDs of things that were added meanwhile
	begin   func()          // begins to read it, if nobody has
	done    chan struct{}   // closed when it is there
}

// Postpone has the journal go on behind the numbers n, before its past is there. Call it before the
// journal is used. begin is called when a reader waits, perhaps several times.
func (j *Journal) Postpone(n Numbers, begin func()) *Past {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last = max(j.last, n.Event)
	for letter, count := range n.Counts {
		j.counts[letter] = max(j.counts[letter], count)
	}
	j.past = &Past{journal: j, into: New(j.now, j.keep), begin: begin,
		added: map[string]bool{}, done: make(chan struct{})}
	return j.past
}

// Put adds a thing, behind those of its kind. Messages come before other things. What is added does
// not change at the moment: the caller has the lock that it needs.
func (p *Past) Put(kind Kind, t Thing) {
	p.into.mu.Lock()
	defer p.into.mu.Unlock()
	p.into.putLocked(kind, t)
	p.into.countLocked(t.ID())
}

// Write adds an event, behind the others. Events come after things.
func (p *Past) Write(e Event) {
	p.into.mu.Lock()
	defer p.into.mu.Unlock()
	p.into.writeLocked(e)
}

// End puts the past into the journal. The things that were added to the journal meanwhile do not
// change at the moment: the caller has the locks that they need.
func (p *Past) End() {
	j := p.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	j.past = nil
	j.lines, j.shelves = p.into.lines, p.into.shelves
	for letter, count := range p.into.counts {
		j.counts[letter] = max(j.counts[letter], count)
	}
	for _, do := range p.later {
		do()
	}
	j.settleLocked()
	j.wakeLocked()
	close(p.done)
}

// addLocked notes an event, and the thing that it is about, which may be nil. Numbers are given at
// once, as they are known to be above those of the past.
func (p *Past) addLocked(e Event, kind Kind, about Thing) {
	if about != nil {
		p.added[about.ID()] = true
	}
	p.later = append(p.later, func() { p.journal.addLocked(e, kind, about) })
}

// lockAll takes the lock when the past is there. It may take long the first time, so Append uses mu
// alone.
func (j *Journal) lockAll() {
	j.mu.Lock()
	for j.past != nil {
		p := j.past
		j.mu.Unlock()
		p.begin()
		<-p.done
		j.mu.Lock()
	}
}

// Fresh reports whether no thing that the journal has, or has got since the program began, has that
// ID. It does not wait for the past.
func (j *Journal) Fresh(kind Kind, id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.past != nil {
		return !j.past.added[id]
	}
	_, taken := j.shelfLocked(kind).get(id)
	return !taken
}

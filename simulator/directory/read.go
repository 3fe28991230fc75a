package directory

// maxRead is how many threads the directory remembers as read. Only a person reads threads, so this
// is never reached in earnest.
const maxRead = 10_000

// SetRead notes that somebody has looked at the thread of a handset's address, up to a message. It
// is for people at the console: Twilio does not learn of it, and a restart forgets it.
func (d *Directory) SetRead(address, sid string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read == nil || len(d.read) == maxRead {
		d.read = map[string]string{}
	}
	d.read[address] = sid
}

// Read returns the newest message of an address that somebody has looked at, "" for none.
func (d *Directory) Read(address string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.read[address]
}

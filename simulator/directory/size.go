package directory

import "encoding/json"

// What an entry needs of the sections that can have many, roughly, in bytes.
const (
	handsetBytes = 160
	optOutBytes  = 128
	stickyBytes  = 160
)

// Size returns roughly how many bytes the directory needs. It looks at all it has. It takes as long
// as storing everything, so it is for a person who asks and not for each request.
func (d *Directory) Size() (bytes int64) {
	type entry struct {
		section Section
		key     string
	}
	var entries []entry
	d.Entries(func(section Section, key string) {
		if section != Handsets && section != OptOuts {
			entries = append(entries, entry{section, key})
		}
	})
	for _, e := range entries {
		value, _ := d.Stored(e.section, e.key)
		if data, err := json.Marshal(value); err == nil {
			bytes += int64(len(data))
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	bytes += int64(len(d.handsets)*handsetBytes + len(d.optOuts)*optOutBytes)
	for _, s := range d.services {
		bytes += int64(s.sticky.Len() * stickyBytes)
	}
	return bytes
}

package directory

import "encoding/json"

// What an entry of a section needs that is not stored as a whole, roughly, in bytes.
const (
	handsetBytes = 160
	optOutBytes  = 128
	stickyBytes  = 160
)

// Size returns roughly how many bytes the directory needs. It looks at all it has. It takes as long
// as storing everything, so it is for a person who asks and not for each request.
func (d *Directory) Size() (bytes int64) {
	for _, section := range Whole() {
		value, _ := d.Stored(section, "")
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

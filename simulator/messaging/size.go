package messaging

import "encoding/json"

// accountBytes is roughly what an account needs without anything in it.
const accountBytes = 16 << 10

// Size returns roughly how many bytes everything needs that the accounts have, without what
// happened in them: numbers, handsets, bins, rules, the state of products and so on, as they are
// stored. It looks at all of that.
func (r *Accounts) Size() (bytes int64) {
	for _, a := range r.List() {
		bytes += accountBytes + a.Directory.Size() + sizeOf(a.Rules.Stored())
		a.eachProduct(func(p Product) {
			for _, key := range p.Keys() {
				if value, ok := p.Stored(key); ok {
					bytes += int64(len(key)) + sizeOf(value)
				}
			}
		})
	}
	return bytes
}

func sizeOf(value any) int64 {
	data, err := json.Marshal(value)
	if err != nil {
		return 0 // then it cannot be stored either, which says so
	}
	return int64(len(data))
}

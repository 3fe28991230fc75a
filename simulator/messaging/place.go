package messaging

import "twilsim/simulator/address"

// manyPlaces is how many places an account remembers. A lookup takes longer than everything else in
// the handling of a text except the network, and most texts come from numbers that have texted
// before.
const manyPlaces = 1000

// locate is [address.Locate] with a cache.
func (a *Account) locate(number string) address.Place {
	a.mu.Lock()
	place, ok := a.places[number]
	a.mu.Unlock()
	if ok {
		return place
	}
	place = address.Locate(number)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.places == nil || len(a.places) >= manyPlaces {
		a.places = map[string]address.Place{}
	}
	a.places[number] = place
	return place
}

package messaging

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
)

// Product is the state that another of Twilio's products, such as Verify, has in one account. Its
// methods are safe for concurrent use, and call no method of the account while they hold a lock
// that they need themselves.
type Product interface {
	// Reset forgets what has happened, and keeps what was set up, as [Account.Reset] does. The
	// account's schedule is empty already.
	Reset()
	// Keys returns the keys of all entries of the state, in any order.
	Keys() []string
	// Stored returns an entry of the state as it is stored, to be encoded as JSON, and false if
	// there is no such entry any more. It is called for the keys that [Account.Touch] names.
	Stored(key string) (value any, ok bool)
	// Restore puts back a stored entry. It is called before anything else, once for each key in
	// their alphabetic order.
	Restore(key string, value []byte) error
	// Resume goes on after all entries are there: it schedules what is due, and shows resources
	// with [journal.Journal.Show].
	Resume()
}

// ProductType makes the state of a product for an account. Each product has one. Open is called
// with a lock of the account held, so it must not use other products.
type ProductType struct {
	Name string // in the storage
	Open func(*Account) Product
}

// productRow begins the kinds of stored rows of products; the product's name follows.
const productRow = "product:"

// Product returns the account's state of a product. It is made at its first use. Types are told
// apart by their names.
func (a *Account) Product(t ProductType) Product {
	a.productMu.Lock()
	defer a.productMu.Unlock()
	p, ok := a.products[t.Name]
	if !ok {
		p = t.Open(a)
		if a.products == nil {
			a.products = map[string]Product{}
		}
		a.products[t.Name] = p
	}
	return p
}

// eachProduct calls do with the products that are in use. The order is that of their names, so that
// a seed gives the same journal.
func (a *Account) eachProduct(do func(Product)) {
	a.productMu.Lock()
	var used []Product
	for _, name := range slices.Sorted(maps.Keys(a.products)) {
		used = append(used, a.products[name])
	}
	a.productMu.Unlock()
	for _, p := range used {
		do(p)
	}
}

// Touch says that an entry of a product's state was made, has changed or is gone, so that it is
// stored. The caller may hold the product's lock.
func (a *Account) Touch(t ProductType, key string) {
	a.recorder.touchedProduct(productRow+t.Name, key)
}

// storedEntry returns an entry of a product.
func (a *Account) storedEntry(kind, key string) (any, bool) {
	a.productMu.Lock()
	p, ok := a.products[strings.TrimPrefix(kind, productRow)]
	a.productMu.Unlock()
	if !ok {
		return nil, false
	}
	return p.Stored(key)
}

// restoreEntry puts a stored entry into the account's state of its product. The storage has only
// the product's name, so its type must be among the options.
func (a *Account) restoreEntry(kind, key string, value []byte) error {
	name := strings.TrimPrefix(kind, productRow)
	for _, t := range a.options.Products {
		if t.Name == name {
			return a.Product(t).Restore(key, value)
		}
	}
	return fmt.Errorf("unknown product %q", name)
}

// At schedules work of a product for a time on the account's clock. A reset drops it.
func (a *Account) At(t time.Time, do func()) *clock.Event { return a.schedule.At(t, do) }

// NextSID returns the next SID with that prefix, from the account's seed.
func (a *Account) NextSID(prefix string) string { return a.ids.Next(prefix) }

// Rand returns a source of random numbers with a name, from the account's seed. It is not safe for
// concurrent use.
func (a *Account) Rand(name string) *rand.Rand { return a.ids.Rand(name) }

// FixedCode returns the code that a rule gives to a number, for Verify, and whether one does.
func (a *Account) FixedCode(to string) (string, bool) { return a.Rules.Code(to, a.chance.draw) }

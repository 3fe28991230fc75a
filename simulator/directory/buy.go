package directory

import (
	"fmt"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/numbers"
)

// What test credentials can ask for (F-466): these, +15005550000, which is not available, and area
// code 533, which has none.
const (
	magicInvalid     = "+15005550001"
	magicAvailable   = "+15005550006"
	magicSomeNumbers = "500" // an area code
)

// Order says which number is to be bought: the one that PhoneNumber names, or any of the AreaCode.
type Order struct {
	PhoneNumber, AreaCode string
	Kind                  NumberKind // "" for the kind that the digits tell
}

// Buy adds a number to the account, after the change. The error is the change's own, a
// [*FieldError] or an [*apierr.Error]. Test credentials get an answer and no number.
func (d *Directory) Buy(o Order, change func(*Number) error) (Number, error) {
	bought, err := d.buy(o, change)
	if err == nil && !d.o.Test {
		d.o.Changed("number " + bought.PhoneNumber + " bought")
	}
	return bought, err
}

func (d *Directory) buy(o Order, change func(*Number) error) (Number, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	number, err := d.chooseNumberLocked(o)
	if err != nil {
		return Number{}, err
	}
	n := d.newNumber(number)
	if o.Kind != "" {
		n.Kind = o.Kind
	}
	if err := d.changeNumberLocked(n, change); err != nil {
		return Number{}, err
	}
	if d.o.Test {
		return *n, nil
	}
	if d.numbers[number] != nil {
		return Number{}, apierr.New(apierr.NumberUnavailable)
	}
	d.numbers[number] = n
	d.touch(Numbers, number)
	return *n, nil
}

// chooseNumberLocked returns the number that is to be bought.
func (d *Directory) chooseNumberLocked(o Order) (string, error) {
	if d.o.Test {
		return magicNumber(o)
	}
	area := o.AreaCode
	if o.PhoneNumber != "" || area == "" {
		number, err := address.Parse(o.PhoneNumber)
		if err != nil || address.IsShortCode(number) {
			return "", apierr.New(apierr.NumberInvalid)
		}
		return number, nil
	}
	if !numbers.HasArea(area) {
		return "", apierr.New(apierr.NoAreaCode)
	}
	// the first free one, so that two runs buy the same number
	for line := 100; line < 10_000; line++ { // +1AAA5550100 and up
		number := fmt.Sprintf("+1%s555%04d", area, line)
		if d.numbers[number] == nil {
			return number, nil
		}
	}
	return "", apierr.New(apierr.NoAreaCode)
}

// magicNumber answers test credentials (F-466). What is not in the table is not available: they
// have no numbers to sell.
func magicNumber(o Order) (string, error) {
	switch {
	case o.PhoneNumber == magicAvailable, o.PhoneNumber == "" && o.AreaCode == magicSomeNumbers:
		return magicAvailable, nil
	case o.PhoneNumber == magicInvalid, o.PhoneNumber == "" && o.AreaCode == "":
		return "", apierr.New(apierr.NumberInvalid)
	case o.PhoneNumber == "":
		return "", apierr.New(apierr.NoAreaCode)
	}
	return "", apierr.New(apierr.NumberUnavailable)
}

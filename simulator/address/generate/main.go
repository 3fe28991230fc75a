// Command generate reduces the data of libphonenumber to the tables of package address: per
// country code the rules that find a number's country, its kind and how it is written within the
// country (plans.go), and the places of area codes (places.bin). What package address does not need
// is left out: international formats, carriers, time zones and other languages than English.
//
// It reads the data of the module github.com/nyaruka/phonenumbers that go.mod requires. Update the
// module and run
//
//	go generate ./simulator/address
//
// to update the tables. The data is libphonenumber's, Copyright Google, under the Apache License
// 2.0 (https://github.com/google/libphonenumber).
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes both tables into the current folder.
func run() error {
	code, err := plans()
	if err != nil {
		return err
	}
	if err := os.WriteFile("plans.go", code, 0o666); err != nil {
		return err
	}
	data, err := places()
	if err != nil {
		return err
	}
	return os.WriteFile("places.bin", data, 0o666)
}

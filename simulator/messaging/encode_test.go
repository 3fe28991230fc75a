package messaging

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// fillValue gives all exported fields of a value something, numbered so that no two are alike.
func fillValue(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(string(rune('a'+*n%26)) + "<é\"\r\n")
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), n)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[fault.List]() {
			v.Set(reflect.ValueOf(fault.List{{Kind: fault.Drop}}))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillValue(v.Index(i), n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 12, 0, 0, 1000**n, time.UTC)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillValue(v.Field(i), n)
			}
		}
	}
}

// checkEncoded compares with what encoding/json writes.
func checkEncoded(t *testing.T, got []byte, value any) {
	t.Helper()
	want, err := json.Marshal(value)
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\ngot  %s\nwant %s", err, got, want)
	}
}

// TestEncode checks that what is stored has every field: a new one must be in encode, too.
func TestEncode(t *testing.T) {
	n := 0
	full := storedMessage{}
	fillValue(reflect.ValueOf(&full).Elem(), &n)
	checkEncoded(t, full.encode(nil), full)
	checkEncoded(t, (&storedMessage{History: []Change{}}).encode(nil),
		storedMessage{History: []Change{}})

	x := &journal.Exchange{}
	fillValue(reflect.ValueOf(x).Elem(), &n)
	checkEncoded(t, encodeExchange(nil, x),
		storedExchange{Exchange: x, Header: string(x.Header), ResponseHeader: string(x.ResponseHeader)})
	x.Body, x.ResponseBody = "\xff", "text"
	bare := *x
	bare.Body, bare.ResponseBody = "", ""
	checkEncoded(t, encodeExchange(nil, x), storedExchange{Exchange: &bare, Header: string(x.Header),
		ResponseHeader: string(x.ResponseHeader), BodyBase64: []byte("\xff"),
		ResponseBodyBase64: []byte("text")})
	checkEncoded(t, encodeExchange(nil, &journal.Exchange{}),
		storedExchange{Exchange: &journal.Exchange{}})
}

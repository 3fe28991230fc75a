package control

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
)

// TestEncode compares what writers write with what encoding/json writes of the same values: of all
// fields, and with none.
func TestEncode(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		for _, v := range []writer{&Receipt{}, &Messages{}, &Message{}, &journal.Exchange{},
			&journal.Alert{}} {
			if seed > 0 {
				fill(reflect.ValueOf(v).Elem(), r)
			}
			got, err := appendLine([]byte("x"), v)
			if err != nil {
				t.Fatal(err)
			}
			want := bytes.NewBufferString("x")
			e := json.NewEncoder(want)
			e.SetEscapeHTML(false)
			if err := e.Encode(v); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(want.String(), ","),
				strings.Split(string(got), ",")); diff != "" {
				t.Fatalf("seed %d, %T (-want +got)\n%s", seed, v, diff)
			}
		}
	}
}

// fill sets the exported fields of a value, and those of the values in it, to any values: some of
// them to none.
func fill(v reflect.Value, r *rand.Rand) {
	texts := []string{"", "a", "Grüße \u2028 <&> \"\\ \x00\x7f\n", "\xff",
		"https://u:p@shop.example?a=%40"}
	switch v := v.Addr().Interface().(type) {
	case *time.Time:
		if *v = (time.Time{}); r.IntN(4) > 0 {
			*v = time.Unix(r.Int64N(4e9), r.Int64N(3)).UTC()
		}
		return
	case *journal.Header:
		*v = []journal.Header{"", "B: 2\r\nA: <1>\r\nA: é\r\n", "Host: x\r\n"}[r.IntN(3)]
		return
	case *fault.List:
		if *v = nil; r.IntN(2) > 0 {
			list, _ := fault.Parse("delay:5s")
			*v = list.ForRule("r<1>")
		}
		return
	case *journal.Flag:
		if r.IntN(2) > 0 {
			v.Set()
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) > 0)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64N(3) * 1000)
	case reflect.Uint8:
		v.SetUint(r.Uint64N(256))
	case reflect.Pointer:
		if v.SetZero(); r.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), r)
		}
	case reflect.Slice:
		if v.SetZero(); r.IntN(4) > 0 {
			n := r.IntN(3)
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			if e := v.Index(i); e.Kind() == reflect.Pointer { // no list has a nil
				e.Set(reflect.New(e.Type().Elem()))
				fill(e.Elem(), r)
			} else {
				fill(e, r)
			}
		}
	case reflect.Map:
		if v.SetZero(); r.IntN(4) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range r.IntN(3) {
				value := reflect.New(v.Type().Elem()).Elem()
				fill(value, r)
				v.SetMapIndex(reflect.ValueOf([]string{"media", texts[2]}[r.IntN(2)]), value)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), r)
			}
		}
	}
}

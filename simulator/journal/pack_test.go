package journal

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/fault"
)

// full returns an exchange in which every field has a value of its own, except for Faults.
func full(t *testing.T, n int) *Exchange {
	x := &Exchange{}
	v := reflect.ValueOf(x).Elem()
	for i := range v.NumField() {
		field, text := v.Field(i), fmt.Sprintf("%s of %d", v.Type().Field(i).Name, n)
		switch {
		case field.Type() == reflect.TypeFor[time.Time]():
			at := epoch.Add(time.Duration(n*100+i) * time.Second).Add(7)
			field.Set(reflect.ValueOf(at))
		case field.Type() == reflect.TypeFor[fault.List]():
		case field.Kind() == reflect.String:
			field.SetString(text)
		case field.CanInt():
			field.SetInt(int64(n*100 - i))
		case field.Kind() == reflect.Bool:
			field.SetBool(true)
		default:
			t.Fatalf("the test does not know how to set %s", v.Type().Field(i).Name)
		}
	}
	return x
}

// TestPack checks that readers get what was stored, with all fields, also when it is packed.
func TestPack(t *testing.T) {
	j := newJournal(0)
	for n := range hot + 5000 {
		j.Append(Event{Type: WebhookAttempt}, Webhooks, full(t, n))
	}
	packs := 0
	for n, thing := range j.shelves[Webhooks].order {
		if _, ok := thing.(*packed); ok {
			packs++
		}
		if n%97 == 0 {
			got, ok := j.Thing(Webhooks, fmt.Sprintf("Name of %d", n))
			if diff := cmp.Diff(full(t, n), got); !ok || diff != "" {
				t.Fatalf("exchange %d (-want +got):\n%s", n, diff)
			}
		}
	}
	if packs < 5000-blockItems {
		t.Errorf("%d exchanges are packed", packs)
	}
	if got := j.Things(Webhooks); cmp.Diff(full(t, 50), got[50]) != "" {
		t.Errorf("exchange 50 is %+v", got[50])
	}
	for thing := range j.Scan(Scan{Kind: Webhooks, Oldest: true}) {
		if diff := cmp.Diff(full(t, 0), thing); diff != "" {
			t.Errorf("the oldest (-want +got):\n%s", diff)
		}
		break
	}
}

// TestPackNot checks that an exchange with something that cannot be packed stays as it is.
func TestPackNot(t *testing.T) {
	elsewhere, spoiled := full(t, 1), full(t, 1)
	elsewhere.At = elsewhere.At.In(time.FixedZone("", 3600))
	spoiled.Faults = fault.List{{}}
	s := &shelf{}
	for n := range 200 {
		x := full(t, n)
		if n == 20 {
			elsewhere.Name, x = x.Name, elsewhere
		} else if n == 30 {
			spoiled.Name, x = x.Name, spoiled
		}
		s.put(x, 0)
	}
	for n, thing := range s.order {
		_, is := thing.(*packed)
		if want := n < 96 && n != 20 && n != 30; is != want && n < 96 {
			t.Errorf("exchange %d is packed: %t", n, is)
		}
	}
}

// BenchmarkPack times the packing of an exchange in a block, and reports how many bytes it needs.
func BenchmarkPack(b *testing.B) {
	j := newJournal(0)
	for range 2 * blockItems {
		callback(j, "SM1", "sent", "")
	}
	var list []*Exchange
	for _, t := range j.Things(Webhooks)[:blockItems] {
		list = append(list, t.(*Exchange))
	}
	var buffers buffers
	bytes := 0
	for b.Loop() {
		bytes = int(buffers.pack(list)[0].share)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*blockItems), "ns/exchange")
	b.ReportMetric(float64(bytes), "B/exchange")
}

// BenchmarkUnpack times a read of an old exchange.
func BenchmarkUnpack(b *testing.B) {
	j := newJournal(0)
	for range 500 {
		callback(j, "SM1", "sent", "")
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := j.Thing(Webhooks, "W300"); !ok {
			b.Fatal("W300 is not kept")
		}
	}
}

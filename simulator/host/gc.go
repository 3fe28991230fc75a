package host

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// smallHeap is how far the heap of a server may grow before the first collection. Go collects each
// time that the heap has doubled, which with the few MiB of an idle simulator is every hundred
// flows: a sixth of the CPU time of serve.
const smallHeap = 40 << 20

// RelaxGC lets the garbage collector run when the heap reaches smallHeap, or twice what is in use
// if that is more. It does nothing if the user has set GOGC or GOMEMLIMIT. Calling it again is
// harmless: one more finalizer sets the same percentage.
func RelaxGC() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		afterGC()
	}
}

// afterGC sets the percentage for the next collection, and asks to be called after it: the runtime
// runs the finalizer of an object that the collection has found unused.
func afterGC() {
	// HeapAlloc of MemStats would have garbage too that is not swept yet
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { afterGC() })
}

// minHeap is the smallest heap that the runtime collects at 100 percent; at more percent it is
// larger in proportion.
const minHeap = 4 << 20

// gcPercent is how much the heap may grow, in percent of what is in use.
func gcPercent(used uint64) int {
	return max(100, int(100*smallHeap/max(used, minHeap))-100)
}

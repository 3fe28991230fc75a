package host

import (
	"os"
	"runtime"
	"runtime/debug"
)

// smallHeap is how far the heap of a server may grow before the first collection. Go collects each
// time that the heap has doubled, which with the few MiB of an idle simulator is every hundred
// flows: a sixth of the CPU time of serve.
const smallHeap = 64 << 20

// RelaxGC lets the garbage collector run when the heap reaches smallHeap, or twice what is in use
// if that is more. It does nothing if the user has set GOGC or GOMEMLIMIT.
func RelaxGC() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		afterGC()
	}
}

// afterGC sets the percentage for the next collection, and asks to be called after it: the runtime
// runs the finalizer of an object that the collection has found unused.
func afterGC() {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	debug.SetGCPercent(gcPercent(stats.HeapAlloc))
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { afterGC() })
}

// gcPercent is how much the heap may grow, in percent of what is in use.
func gcPercent(used uint64) int {
	return max(100, int(100*smallHeap/max(used, 1<<20))-100)
}

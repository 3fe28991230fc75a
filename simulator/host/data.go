package host

import (
	"twilsim/simulator"
	"twilsim/simulator/storage"
)

// OpenData opens the file in which a simulator stores everything, and returns what closes it after
// the simulator. Without a path nothing is stored. Its errors are of type [*storage.Error]. It must
// be called before sim starts. A failure to store later is a warning and does not stop the
// simulator.
func OpenData(sim *simulator.Server, path string, warnf func(format string, args ...any)) (
	closeFile func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := storage.Open(path, storage.Options{Keep: sim.Keep, KeepBytes: sim.KeepBytes})
	if err != nil {
		return nil, err
	}
	sim.Data = file
	sim.StoreFailed = func(err error) { warnf("%v", err) }
	return func() {
		if err := file.Close(); err != nil {
			warnf("%v", err)
		}
	}, nil
}

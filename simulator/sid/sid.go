// Package sid makes the identifiers of a simulated account: SIDs, idempotency tokens, auth tokens,
// and the random numbers for everything that happens by chance.
//
// Twilio's identifiers are random; ours come from a seed, so that the same seed and the same
// requests give the same bytes and two runs can be compared byte by byte. Every kind of identifier
// has a stream of its own, derived from the seed and its name: one more "MM" does not shift the
// "SM"s after it, and one more random number changes no SID.
//
// A [Source] hands out identifiers in the order in which it is asked. Goroutines that ask at the
// same time get the same identifiers in every run, but the scheduler decides which goroutine gets
// which. Nothing here is secret, because the seed determines every token, unless
// [Source.KeepSecret] is called.
//
// A program that is started again begins all streams again. [Source.BeginRun] prevents that what it
// makes from then on has the SIDs of an earlier run.
package sid

import (
	crand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"sync"
)

// digits is the number of hexadecimal digits behind the prefix of a SID (F-001, F-003, F-004).
const digits = 32

// Source gives the identifiers of one account. It is safe for concurrent use. The zero Source is
// that of seed 0.
type Source struct {
	seed uint64

	mu      sync.Mutex
	run     uint64 // what SIDs and UUIDs come from beside the seed; 0 is the seed alone
	secret  bool   // tokens come from no seed
	streams map[stream]*rand.PCG
}

// stream names one sequence of a Source. The names of one kind are free, so the kinds are kept
// apart.
type stream struct {
	kind string // "sid", "uuid", "token", "rand" or "fork"
	name string
	run  uint64
}

// New returns a Source that starts at the beginning of all its streams.
func New(seed uint64) *Source { return &Source{seed: seed} }

// KeepSecret makes all later tokens unpredictable, whatever the seed is, and those of later forks.
func (s *Source) KeepSecret() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = true
}

// BeginRun makes all later SIDs and UUIDs depend on the number of a run too, which is above 0.
// Tokens and random numbers still come from the seed alone.
func (s *Source) BeginRun(number uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run = number
}

// HasRun reports whether [Source.BeginRun] was called.
func (s *Source) HasRun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run > 0
}

// Next returns the next SID with this prefix: prefix and 32 lower-case hexadecimal digits.
func (s *Source) Next(prefix string) string {
	b := s.bytes(stream{kind: "sid", name: prefix})
	text := make([]byte, 0, 64) // on the stack
	return string(hex.AppendEncode(append(text, prefix...), b[:]))
}

// UUID returns the next UUID, in lower case and in the form of version 4, the form of the
// I-Twilio-Idempotency-Token of a webhook (F-034).
func (s *Source) UUID() string {
	b := s.bytes(stream{kind: "uuid"})
	b[6] = b[6]&0x0f | 0x40     // version 4
	b[8] = b[8]&0x3f | 0x80     // RFC 9562 variant
	text := make([]byte, 0, 36) // on the stack
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}

// AuthToken returns the next auth token: 32 lower-case hexadecimal digits. The Go SDK refuses a
// token that is not alphanumeric (F-478).
func (s *Source) AuthToken() string {
	b := s.bytes(stream{kind: "token"})
	return hex.EncodeToString(b[:])
}

// Rand returns a generator of random numbers at the beginning of the stream of this name. The same
// name gives the same numbers again, so call it once and keep the result. The result is not safe
// for concurrent use.
func (s *Source) Rand(name string) *rand.Rand {
	return rand.New(s.start(stream{kind: "rand", name: name}))
}

// Fork returns a Source for something that has identifiers of its own, such as another account. It
// depends on the seed and the name only, so that accounts may be made in any order; forks of the
// same name give the same identifiers.
func (s *Source) Fork(name string) *Source {
	fork := New(s.start(stream{kind: "fork", name: name}).Uint64())
	s.mu.Lock()
	defer s.mu.Unlock()
	fork.run, fork.secret = s.run, s.secret
	return fork
}

// Valid reports whether id is a SID with this prefix: the prefix and 32 hexadecimal digits, in
// either case, which is the pattern in Twilio's OpenAPI description ("^AC[0-9a-fA-F]{32}$").
func Valid(id, prefix string) bool {
	rest, ok := strings.CutPrefix(id, prefix)
	return ok && len(rest) == digits && strings.Trim(rest, "0123456789abcdefABCDEF") == ""
}

// bytes takes the next 16 bytes of a stream.
func (s *Source) bytes(name stream) (b [digits / 2]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case name.kind != "token":
		name.run = s.run
	case s.secret:
		crand.Read(b[:]) // it never fails
		return b
	}
	pcg := s.streams[name]
	if pcg == nil {
		if s.streams == nil {
			s.streams = map[stream]*rand.PCG{}
		}
		pcg = s.start(name)
		s.streams[name] = pcg
	}
	binary.BigEndian.PutUint64(b[:8], pcg.Uint64())
	binary.BigEndian.PutUint64(b[8:], pcg.Uint64())
	return b
}

// start returns a stream at its beginning. The hash gives unrelated streams to seeds and names that
// are close to each other.
func (s *Source) start(name stream) *rand.PCG {
	key := binary.BigEndian.AppendUint64(nil, s.seed)
	key = append(key, name.kind...)
	key = append(key, 0) // no kind has a zero byte, so no two streams share a key
	key = append(key, name.name...)
	if name.run > 0 {
		key = append(key, 0) // no name has a zero byte either
		key = binary.BigEndian.AppendUint64(key, name.run)
	}
	sum := sha256.Sum256(key)
	return rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16]))
}

package breaker

// A KeyedSnapshot is the state of a Keyed at one moment. It names no key. See [Keyed.Each]
// for the state of each one.
type KeyedSnapshot struct {
	// Keys is the number of keys with a breaker of their own. It is the sum of the five below.
	Keys int `json:"keys"`

	Closed       int `json:"closed,omitempty"`       // keys with something bad to remember, whose breaker is closed
	Open         int `json:"open,omitempty"`         // keys whose breaker is open
	HalfOpen     int `json:"halfOpen,omitempty"`     // keys whose breaker is half-open
	ForcedOpen   int `json:"forcedOpen,omitempty"`   // keys whose breaker is forced open
	ForcedClosed int `json:"forcedClosed,omitempty"` // keys whose breaker is forced closed

	// Refused is the number of attempts that were refused since the Keyed was made, those
	// without room for a breaker of their own included.
	Refused int64 `json:"refused,omitempty"`

	Rest Snapshot `json:"rest"` // of the breaker that the keys without room share
}

// Snapshot returns the state of the breakers and changes nothing. The Snapshot of a nil
// *Keyed is zero.
func (k *Keyed[K]) Snapshot() KeyedSnapshot {
	if k == nil {
		return KeyedSnapshot{}
	}
	s := KeyedSnapshot{Rest: k.rest.Snapshot()}
	s.Refused = s.Rest.Refused + k.refused.Load()
	for _, e := range k.entries.Range {
		s.Keys++
		*s.count(e.(*entry).load())++
	}
	return s
}

// count returns the number to which a key with that word belongs.
func (s *KeyedSnapshot) count(w word) *int {
	switch state := w.state(); {
	case w.forced() && state == Open:
		return &s.ForcedOpen
	case w.forced():
		return &s.ForcedClosed
	case state == Open:
		return &s.Open
	case state == HalfOpen:
		return &s.HalfOpen
	}
	return &s.Closed
}

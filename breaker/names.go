package breaker

import "fmt"

// The names of states, modes and outcomes are what String returns, what JSON has, and what
// UnmarshalText reads.
var (
	stateNames   = []string{Closed: "closed", Open: "open", HalfOpen: "half-open"}
	modeNames    = []string{On: "on", WatchOnly: "watch-only", Off: "off"}
	outcomeNames = []string{Success: "success", Failure: "failure", Neutral: "neutral", Alive: "alive"}
)

// String returns "closed", "open" or "half-open".
func (s State) String() string { return nameOf("State", stateNames, uint8(s)) }

// MarshalText returns the name of the state, so that JSON has "half-open" and not a number.
// It returns an error for a state that does not exist.
func (s State) MarshalText() ([]byte, error) { return marshal("state", stateNames, uint8(s)) }

// UnmarshalText sets the state to the one with that name. With an error, it does not change.
func (s *State) UnmarshalText(text []byte) error {
	return unmarshal("state", stateNames, text, (*uint8)(s))
}

// String returns "on", "watch-only" or "off".
func (m Mode) String() string { return nameOf("Mode", modeNames, uint8(m)) }

// MarshalText returns the name of the mode, so that JSON has "watch-only" and not a number.
// It returns an error for a mode that does not exist.
func (m Mode) MarshalText() ([]byte, error) { return marshal("mode", modeNames, uint8(m)) }

// UnmarshalText sets the mode to the one with that name. With an error, it does not change.
func (m *Mode) UnmarshalText(text []byte) error {
	return unmarshal("mode", modeNames, text, (*uint8)(m))
}

// String returns the outcome in lower case.
func (o Outcome) String() string { return nameOf("Outcome", outcomeNames, uint8(o)) }

// MarshalText returns the name of the outcome, or an error for one that does not exist.
func (o Outcome) MarshalText() ([]byte, error) { return marshal("outcome", outcomeNames, uint8(o)) }

func nameOf(kind string, names []string, n uint8) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", kind, n)
}

func marshal(kind string, names []string, n uint8) ([]byte, error) {
	if int(n) < len(names) {
		return []byte(names[n]), nil
	}
	return nil, fmt.Errorf("breaker: %d is not a %s", n, kind)
}

func unmarshal(kind string, names []string, text []byte, to *uint8) error {
	for n, name := range names {
		if name == string(text) {
			*to = uint8(n)
			return nil
		}
	}
	return fmt.Errorf("breaker: %q is not a %s: it is one of %q", text, kind, names)
}

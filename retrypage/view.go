package retrypage

import (
	"time"

	"github.com/retrygen/retrygen/breaker"
	retry "github.com/retrygen/retrygen/runtime"
)

// A view is what the page shows at one moment, and what snapshot.json holds.
type view struct {
	Title        string       `json:"title"`
	At           time.Time    `json:"at"`
	Level        level        `json:"level"` // the worst of the dependencies and the fleet
	Verdict      string       `json:"verdict"`
	Fleet        *fleetView   `json:"fleet,omitempty"`
	Dependencies []dependency `json:"dependencies"` // the worst first
	Changes      []change     `json:"changes,omitempty"`
}

// A level says how much a thing needs somebody to look at it.
type level int

const (
	fine level = iota
	note       // as somebody wants it, and not as the source says
	warn       // not well, or not guarded
	bad        // calls fail
)

func (l level) String() string { return [...]string{"ok", "note", "warn", "bad"}[l] }

// Label is what the shape of a level says to those who cannot see it.
func (l level) Label() string { return [...]string{"works", "note", "needs a look", "fails"}[l] }

// MarshalText makes the level a word in JSON.
func (l level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// A span is a time.Duration that JSON shows as a text, such as "1.5s".
type span time.Duration

// MarshalText returns the text of the duration.
func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// A dependency is a group.
type dependency struct {
	ID       string        `json:"id"` // for the forms; the same as long as the process runs
	Name     string        `json:"name"`
	Instance string        `json:"instance,omitempty"`
	Level    level         `json:"level"`
	State    string        `json:"state"`   // in a word or two
	Meaning  string        `json:"meaning"` // of the state, for the calls
	Enabled  bool          `json:"enabled"`
	OffBy    string        `json:"offBy,omitempty"`    // who switched it off: retry.LayerFleet or LayerLocal; empty while it is enabled
	Chaos    bool          `json:"chaos,omitempty"`    // chaos disturbs attempts of some method on purpose
	Problems []problem     `json:"problems,omitempty"` // the worst first
	Breakers []breakerView `json:"breakers,omitempty"` // the shared one first
	Budgets  []budgetView  `json:"budgets,omitempty"`
	Limits   []limitView   `json:"limits,omitempty"`
	Traffic  traffic       `json:"traffic"`
	Methods  []methodView  `json:"methods"`

	Errors bool `json:"-"` // their texts are shown
	group  *retry.Group
}

// A problem is a sentence about what is wrong.
type problem struct {
	Level level  `json:"level"`
	Text  string `json:"text"`
}

type breakerView struct {
	Name      string        `json:"name"`
	Method    string        `json:"method,omitempty"` // whose own it is; empty: the methods share it
	State     breaker.State `json:"state"`
	Mode      breaker.Mode  `json:"mode"`
	ModeBy    string        `json:"modeBy,omitempty"` // who set it: retry.LayerFleet or LayerLocal; empty for breaker.On
	Forced    bool          `json:"forced,omitempty"`
	Source    source        `json:"source"`              // who decided the state
	Pressure  float64       `json:"pressure,omitempty"`  // how near a closed breaker is to opening, from 0 to 1
	Changed   time.Time     `json:"changed,omitzero"`    // the last change of state; zero: there was none
	NextProbe span          `json:"nextProbe,omitempty"` // zero: at the next call
	Failures  int           `json:"failures"`            // in a row or, with a rate, in the window
	Calls     int           `json:"calls,omitempty"`     // in the window
	Slow      int           `json:"slow,omitempty"`      // in the window
	Openings  int           `json:"openings,omitempty"`
	Probes    int           `json:"probes,omitempty"`
	Successes int           `json:"successes,omitempty"`
	Refused   int64         `json:"refused,omitempty"` // attempts, since the breaker was made
	Keys      *keysView     `json:"keys,omitempty"`    // one breaker for each key

	Level   level  `json:"level"`
	Word    string `json:"-"` // the state in a word or two
	Text    string `json:"-"` // more about it
	Opens   string `json:"opens"`
	Share   meter  `json:"-"` // Pressure in percent
	Measure string `json:"-"` // what Pressure is made of, in words

	keyedMethod string // one whose calls are under the breakers of keys; "" without any
}

// keysView counts the breakers of a breaker with a key. Healthy keys have none.
type keysView struct {
	Keys     int `json:"keys"`
	Open     int `json:"open"`
	HalfOpen int `json:"halfOpen"`
	Closed   int `json:"closed"`
	Forced   int `json:"forced,omitempty"` // of the open and the closed ones

	Worst []keyView `json:"worst,omitempty"` // keys that are forced or not closed, at most 8; only with Config.ShowKeys
}

type keyView struct {
	Key    string        `json:"key"`
	State  breaker.State `json:"state"`
	Forced bool          `json:"forced,omitempty"`
}

type budgetView struct {
	Method  string  `json:"method,omitempty"` // whose own it is; empty: the methods share it
	Tokens  float64 `json:"tokens"`
	Burst   int     `json:"burst"`
	Refused int64   `json:"refused"`
	Level   level   `json:"level"`
	Share   meter   `json:"-"`
}

type limitView struct {
	Method   string `json:"method,omitempty"` // whose own it is; empty: the methods share it
	Active   int    `json:"active"`
	Waiting  int    `json:"waiting"`
	Capacity int    `json:"capacity,omitempty"` // zero: a rate only
	Refused  int64  `json:"refused"`
	Level    level  `json:"level"`
	Share    meter  `json:"-"`
}

// traffic is what a group does. The rates are of the last ten seconds.
type traffic struct {
	Counted       bool      `json:"counted"` // false: the group does not count its calls
	Calls         float64   `json:"callsPerSecond"`
	Retries       float64   `json:"retriesPerSecond"`
	Refused       float64   `json:"refusedPerSecond"`
	Amplification float64   `json:"amplification,omitempty"` // attempts per call that was not refused at once, within a minute; zero without any
	Failing       float64   `json:"failing"`                 // share of the calls within a minute that failed
	History       []history `json:"history,omitempty"`

	recent totals // of the last minute
}

// history is a bucket of five seconds.
type history struct {
	At      time.Time     `json:"at"`
	Calls   int64         `json:"calls"`
	Retries int64         `json:"retries"`
	Refused int64         `json:"refused"`
	Failed  int64         `json:"failed"`
	State   breaker.State `json:"state"`   // the worst of the breakers
	Sampled bool          `json:"sampled"` // false: nobody looked, and nothing is known
}

type methodView struct {
	Method    string         `json:"method"`
	Instance  string         `json:"instance,omitempty"`
	Policy    []concern      `json:"policy"`
	Override  bool           `json:"override,omitempty"` // some part is not as the source says
	Refused   string         `json:"refused,omitempty"`  // which layer is left out, and why
	Chaos     string         `json:"chaos,omitempty"`    // what disturbs its attempts on purpose, such as "10% error"
	Calls     int64          `json:"calls"`
	Attempts  int64          `json:"attempts"`
	Retries   int64          `json:"retries"`
	Copies    int64          `json:"copies"`
	Fallbacks int64          `json:"fallbacks"`
	Outcomes  []outcomeCount `json:"outcomes,omitempty"`
	GiveUps   []giveUp       `json:"giveUps,omitempty"` // newest first
}

type outcomeCount struct {
	Outcome retry.Outcome `json:"outcome"`
	Calls   int64         `json:"calls"`
	Level   level         `json:"-"`
}

// A giveUp is a call that has failed for good.
type giveUp struct {
	At       time.Time     `json:"at"`
	Outcome  retry.Outcome `json:"outcome"`
	Class    string        `json:"class"`
	Attempts int           `json:"attempts"`
	Elapsed  span          `json:"elapsed"`
	Error    string        `json:"error,omitempty"` // the last one of the method; only with Config.ShowErrors
	Cause    string        `json:"cause"`           // the outcome in words
}

// A meter is how full something is, in percent: 0 to 100.
type meter int

// meterOf returns how full something is. Anything at all is at least one percent.
func meterOf(part, whole float64) meter {
	switch {
	case whole <= 0 || part <= 0:
		return 0
	case part >= whole:
		return 100
	}
	return meter(max(1, min(99, 100*part/whole)))
}

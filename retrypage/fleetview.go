package retrypage

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// A fleetView is what the page shows of the fleet: the JSON of fleet.Status, and what is wrong.
type fleetView struct {
	Process string        `json:"process"`
	Running bool          `json:"running"`
	Control *fleetControl `json:"control,omitempty"` // the document; nil without a store
	Hints   *fleetHints   `json:"hints,omitempty"`   // the other processes; nil without a bus

	Level    level     `json:"level"`
	Problems []problem `json:"problems,omitempty"`
}

type fleetControl struct {
	Store     fleetEngine    `json:"store"`
	Revision  uint64         `json:"revision"` // in force; zero: none
	Age       string         `json:"age,omitempty"`
	Sections  []fleetSection `json:"sections,omitempty"`
	Unmatched []string       `json:"unmatched,omitempty"`
	Refused   *fleetRefusal  `json:"refused,omitempty"`
}

type fleetEngine struct {
	Reachable bool      `json:"reachable"`
	Since     time.Time `json:"since,omitzero"`
}

type fleetSection struct {
	Author string   `json:"author"`
	Reason string   `json:"reason"`
	Lines  []string `json:"lines,omitempty"`
	Left   string   `json:"left"`
}

type fleetRefusal struct {
	Revision uint64    `json:"revision"`
	At       time.Time `json:"at"`
	Error    string    `json:"error"`
}

type fleetHints struct {
	Bus       fleetEngine `json:"bus"`
	Alive     int         `json:"alive"`
	Quorum    int         `json:"quorum"`
	Breakers  int         `json:"breakers"`
	Ambiguous []string    `json:"ambiguous,omitempty"`
	Dropped   int64       `json:"dropped,omitempty"`
}

// fleetOf returns what there is to show of a status, which it reads as JSON. So programs without
// a fleet do not link package fleet.
func fleetOf(status any) *fleetView {
	v := new(fleetView)
	text, err := json.Marshal(status)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		v = &fleetView{Problems: []problem{{warn, "The status of the fleet cannot be read: Config.Fleet returns no fleet.Status."}}}
	} else {
		v.Problems = v.findProblems()
	}
	v.Level = fine
	for _, p := range v.Problems {
		v.Level = max(v.Level, p.Level)
	}
	return v
}

func (v *fleetView) findProblems() (list []problem) {
	add := func(l level, format string, args ...any) {
		list = append(list, problem{l, fmt.Sprintf(format, args...)})
	}
	if !v.Running {
		add(warn, "This process takes no part in the fleet: Run of the Fleet is not under way.")
		return list
	}
	if c := v.Control; c != nil {
		if !c.Store.Reachable {
			add(warn, "The store of the document %s. What is in force stays until its time is over.", c.Store.silence())
		}
		if r := c.Refused; r != nil {
			add(warn, "Revision %d of the document was refused at %s, so the one before stays in force: %s", r.Revision, r.At.UTC().Format(time.TimeOnly), r.Error)
		}
		if len(c.Sections) > 0 {
			add(note, "The operator of the fleet has changed something, see below.")
		}
		if len(c.Unmatched) > 0 {
			add(note, "The document has names that no wrapper of this process has: %s.", strings.Join(c.Unmatched, ", "))
		}
	}
	if h := v.Hints; h != nil {
		if !h.Bus.Reachable {
			add(warn, "The bus %s. This process hears of no other, and no other of this one.", h.Bus.silence())
		}
		if len(h.Ambiguous) > 0 {
			add(warn, "Several breakers have the same name and instance, so they take no part: %s. Options.Name tells them apart.", strings.Join(h.Ambiguous, ", "))
		}
	}
	return list
}

func (e fleetEngine) silence() string {
	if e.Since.IsZero() {
		return "has not answered yet"
	}
	return "cannot be reached since " + e.Since.UTC().Format(time.TimeOnly)
}

// brief drops from the text of a duration what nobody reads.
func brief(text string) string {
	if d, err := time.ParseDuration(text); err == nil {
		return round(d).String()
	}
	return text
}

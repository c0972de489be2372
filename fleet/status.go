package fleet

import (
	"encoding/json"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Status says what a Fleet does at one moment. In JSON, durations are texts such as "1m30s".
type Status struct {
	Process string `json:"process"` // see Config.Name
	Running bool   `json:"running"` // Run is under way

	Control *ControlStatus `json:"control,omitempty"` // nil without a Store
	Hints   *HintsStatus   `json:"hints,omitempty"`   // nil without a Bus
}

// An EngineStatus says whether an engine can be reached.
type EngineStatus struct {
	Reachable bool      `json:"reachable"`      // false before the first answer
	Since     time.Time `json:"since,omitzero"` // when that began; zero before the first answer
	Err       error     `json:"-"`              // why it cannot be reached; its text may be a secret
}

// A ControlStatus is about the document.
type ControlStatus struct {
	Store EngineStatus `json:"store"`

	// Revision is that of the document in force; zero if none came yet. Age is the time since it
	// was put into the store.
	Revision uint64        `json:"revision"`
	Age      time.Duration `json:"-"` // in JSON a text, "age"

	// Sections are those whose time is not over, and Unmatched the names in the document that no
	// wrapper had when it came.
	Sections  []SectionStatus `json:"sections,omitempty"`
	Unmatched []string        `json:"unmatched,omitempty"`

	// Refused is about the last document, if this process did not take it; nil otherwise.
	Refused *Refusal `json:"refused,omitempty"`
}

// A SectionStatus is a section that is in force.
type SectionStatus struct {
	Author string        `json:"author"`
	Reason string        `json:"reason"`
	Lines  []string      `json:"lines,omitempty"` // "PaymentClient: force open"
	Left   time.Duration `json:"-"`               // in JSON a text, "left"
}

// A Refusal says why a process does not take a document.
type Refusal struct {
	Revision uint64    `json:"revision"`
	At       time.Time `json:"at"`
	Error    string    `json:"error"` // with line and column, if the text is wrong
}

// A HintsStatus is about the other processes.
type HintsStatus struct {
	Bus    EngineStatus `json:"bus"`
	Alive  int          `json:"alive"`  // processes, this one included
	Quorum int          `json:"quorum"` // how many must say that their breakers are open

	Breakers int `json:"breakers"` // of this process that take part

	// Ambiguous are names that several breakers of this process have, with one instance. They do
	// not take part. Options.Name tells them apart.
	Ambiguous []string `json:"ambiguous,omitempty"`

	Dropped int64 `json:"dropped,omitempty"` // messages that could not be read or came too fast
}

// MarshalJSON returns the status with its age as a text.
func (s ControlStatus) MarshalJSON() ([]byte, error) {
	type plain ControlStatus // without this method
	var age string
	if s.Revision > 0 {
		age = grammar.FormatDuration(s.Age)
	}
	return json.Marshal(struct {
		plain
		Age string `json:"age,omitempty"`
	}{plain(s), age})
}

// MarshalJSON returns the status with the rest of its time as a text.
func (s SectionStatus) MarshalJSON() ([]byte, error) {
	type plain SectionStatus // without this method
	return json.Marshal(struct {
		plain
		Left string `json:"left"`
	}{plain(s), grammar.FormatDuration(s.Left)})
}

// Status returns what the Fleet does. It asks no engine, and never waits for one.
func (f *Fleet) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.shown
	if s.Control != nil {
		c := *s.Control
		c.Sections = nil
		if c.Revision > 0 {
			c.Age = time.Since(f.born)
		}
		for i, of := range s.Control.Sections {
			if of.Left -= c.Age; of.Left > 0 {
				c.Sections = append(c.Sections, s.Control.Sections[i])
				c.Sections[len(c.Sections)-1].Left = of.Left
			}
		}
		s.Control = &c
	}
	if s.Hints != nil {
		h := *s.Hints
		s.Hints = &h
	}
	return s
}

// blank is the status before Run.
func (f *Fleet) blank() Status {
	s := Status{Process: f.config.Name}
	if f.config.Store != nil {
		s.Control = new(ControlStatus)
	}
	if f.config.Bus != nil {
		s.Hints = new(HintsStatus)
	}
	return s
}

// show makes the state of a run that Status returns.
func (f *Fleet) show(r *run) {
	s := f.blank()
	s.Running = true
	var born time.Time
	if c := r.control; c != nil {
		*s.Control = ControlStatus{Store: r.store.EngineStatus, Revision: c.revision, Unmatched: c.unmatched, Refused: c.refusal}
		for _, section := range c.inForce() {
			of := SectionStatus{Author: section.Author, Reason: section.Reason, Left: section.For}
			for _, line := range section.Lines {
				of.Lines = append(of.Lines, line.String())
			}
			s.Control.Sections = append(s.Control.Sections, of)
		}
		born = c.born
	}
	if h := r.hints; h != nil {
		*s.Hints = HintsStatus{
			Bus: r.bus.EngineStatus, Alive: h.node.Alive(), Quorum: h.node.Quorum(),
			Breakers: len(h.breakers), Ambiguous: h.ambiguous, Dropped: h.dropped,
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shown, f.born = s, born
}

package fleet

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// Sections are what a document says: see [ParseDocument].
type Sections []Section

// A Section is the part of a document that one person has written for one reason. It holds for
// a time from the moment when the document was put into the store.
type Section struct {
	For    time.Duration // from 1s to 30 days
	Author string        // without a colon
	Reason string
	Lines  []Line

	Offset int // of the section, in bytes from the start of the text
}

// A Line changes one thing of one name.
type Line struct {
	Name string // "PaymentClient.Charge", "PaymentClient" for all methods, or "*" for everything
	Kind Kind

	Patch policy.Patch  // of a KindPolicy
	State breaker.State // of a KindForce: Open or Closed
	Mode  breaker.Mode  // of a KindMode

	Offset int // of the name, in bytes from the start of the text
	At     int // of what comes after the colon
}

// A Kind says what a Line changes.
type Kind uint8

const (
	KindPolicy  Kind = iota // the policy, as a line of policy.ParseOverrides does
	KindForce               // the state of breakers: "force open" or "force closed"
	KindMode                // the mode of all breakers of a group: "mode on", "mode watch-only" or "mode off"
	KindEnabled             // everything that wrappers do: "enabled off"
)

var kindNames = [...]string{KindPolicy: "policy", KindForce: "force", KindMode: "mode", KindEnabled: "enabled"}

// String returns "policy", "force", "mode" or "enabled".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", k)
}

// All stands for all groups of a process, in the place of a name.
const All = "*"

// String returns the text of the sections, without comments. ParseDocument reads it back to
// the same sections with other offsets.
func (s Sections) String() string {
	var b strings.Builder
	for _, section := range s {
		fmt.Fprintf(&b, "for %s by %s: %s\n", grammar.FormatDuration(section.For), section.Author, section.Reason)
		for _, line := range section.Lines {
			b.WriteString(line.String() + "\n")
		}
	}
	return b.String()
}

// String returns the text of the line: "PaymentClient: force open".
func (l Line) String() string { return l.Name + ": " + l.text() }

func (l Line) text() string {
	switch l.Kind {
	case KindForce:
		return "force " + l.State.String()
	case KindMode:
		return "mode " + l.Mode.String()
	case KindEnabled:
		return "enabled off"
	default:
		return l.Patch.String()
	}
}

// After returns the sections as they are when a document has that age: each holds for the rest
// of its time, and those whose time is over are left out. Rests are whole seconds, rounded
// down, so that a section that is written again and again never gets more time. Use it to
// write a document anew: a Put starts all times again.
func (s Sections) After(age time.Duration) Sections {
	var left Sections
	for _, section := range s {
		section.For -= max(age, 0)
		if age > 0 {
			section.For = section.For.Truncate(leastFor)
		}
		if section.For >= leastFor {
			left = append(left, section)
		}
	}
	return left
}

// With returns the sections with one more, which is the first. A line of the same name and kind
// in another section gives way to it, and a section without lines is left out.
func (s Sections) With(section Section) Sections {
	all := Sections{section}
	for _, old := range s {
		old.Lines = slices.DeleteFunc(slices.Clone(old.Lines), func(l Line) bool {
			return slices.ContainsFunc(section.Lines, func(n Line) bool { return n.Name == l.Name && n.Kind == l.Kind })
		})
		if len(old.Lines) > 0 {
			all = append(all, old)
		}
	}
	return all
}

// Overrides returns the lines that change policies, for policy.Override.Apply. Offsets are
// those of the whole text.
func (s Sections) Overrides() []policy.Override {
	var list []policy.Override
	for _, section := range s {
		for _, line := range section.Lines {
			if line.Kind == KindPolicy {
				list = append(list, policy.Override{Name: line.Name, Offset: line.Offset, At: line.At, Patch: line.Patch})
			}
		}
	}
	return list
}

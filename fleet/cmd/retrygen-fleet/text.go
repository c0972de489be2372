package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/policy"
)

// A said is an error whose text names its place.
type said struct{ text string }

func (s said) Error() string { return s.text }

// parse reads a document. File is its name in errors.
func parse(file, text string) (fleet.Sections, error) {
	sections, err := fleet.ParseDocument(text)
	if err == nil {
		return sections, nil
	}
	var lines []string
	for _, e := range policy.Errors(err) {
		line, column := e.Position(text)
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", file, line, column, hinted(e)))
	}
	return nil, said{strings.Join(lines, "\n")}
}

// hinted returns the message of an error, with its hint in a line of its own.
func hinted(e *policy.Error) string {
	if e.Hint == "" {
		return e.Msg
	}
	return e.Msg + "\n\thint: " + e.Hint
}

// shown returns what is in force of a document, as a document with the rest of the times. A
// comment says until when each section holds.
func shown(sections fleet.Sections, now time.Time) string {
	var b strings.Builder
	for i, section := range sections {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "# until %s\n%s", clock(now.Add(section.For), now), fleet.Sections{section})
	}
	return b.String()
}

// clock returns a time of the day, with the day if it is another one than now.
func clock(t, now time.Time) string {
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format("Mon Jan 2 15:04:05")
}

// printable returns a text of somebody else for the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || r == '\n' || r == '\t' {
			return r
		}
		return '?'
	}, text)
}

// count returns "1 process" or "3 processes".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

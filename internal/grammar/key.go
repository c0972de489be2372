package grammar

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// maxCount is the largest count that a text can ask for. More is a mistake, or means
// attempts=unlimited.
const maxCount = 1_000_000

// maxFactor is the largest factor. It takes 1ns to a century in seven retries.
const maxFactor = 1000

// minWindow is the shortest window of a breaker. A breaker counts in tenths of its
// window, and a shorter window holds too few attempts to judge by.
const minWindow = time.Millisecond

// Unlimited is the count of attempts=unlimited.
const Unlimited = math.MaxInt32

// unlimited is the text of Unlimited.
const unlimited = "unlimited"

// A Key is a row of the table of a verb's keys.
type Key struct {
	Name    string
	Kind    Kind
	Default string   // as text; empty: without the key, what it says is off
	Choices []string // the values of a KindChoice
	Help    string   // one line

	// Instead has hints for values of a KindChoice that do not exist and that people
	// try.
	Instead map[string]string
}

// A Kind says what values a key takes.
type Kind uint8

// The kinds of values.
const (
	KindCount      Kind = iota // 1 to 1000000
	KindAttempts               // a count, or unlimited
	KindDuration               // as time.ParseDuration reads it, more than zero
	KindDelay                  // a duration that may be zero
	KindFactor                 // 1 to 1000
	KindPercentage             // 0% to 100%, with at most four decimals
	KindShare                  // a percentage of more than 0%
	KindWindow                 // a duration of at least minWindow, or a count of attempts
	KindRate                   // a count in a second, minute or hour
	KindChoice                 // one of Key.Choices
	KindName                   // a Go identifier
	KindFile                   // the name of a Go file, without a folder
	KindGo                     // a Go identifier or pkg.Ident
)

// kinds describes the kinds in words.
var kinds = [...]struct {
	name    string // for messages
	values  string // the range, in words
	example string
}{
	KindCount:      {"count", "1 to 1000000", "3"},
	KindAttempts:   {"count", "1 to 1000000, or unlimited", "3"},
	KindDuration:   {"duration", "more than 0s", "100ms"},
	KindDelay:      {"duration", "0s or more", "100ms"},
	KindFactor:     {"factor", "1 to 1000", "2"},
	KindPercentage: {"percentage", "0% to 100%", "10%"},
	KindShare:      {"percentage", "more than 0%, at most 100%", "50%"},
	KindWindow:     {"window", "1ms or more, or 1 to 1000000", "10s"},
	KindRate:       {"rate", "1 to 1000000 and /s, /m or /h", "100/s"},
	KindChoice:     {}, // such a key has its own values, and a default
	KindName:       {"name", "a Go identifier", "ResilientClient"},
	KindFile:       {"file", "the name of a Go file", "client_retry.go"},
	KindGo:         {"name", "a parameter or a func", "tenant"},
}

// takes describes the values that the key takes.
func (k *Key) takes() string {
	if k.Kind == KindChoice {
		return strings.Join(k.Choices, ", ")
	}
	return kinds[k.Kind].values
}

// example returns the key with a value that it takes.
func (k *Key) example() string {
	if k.Default != "" {
		return k.Name + "=" + k.Default
	}
	return k.Name + "=" + kinds[k.Kind].example
}

// parse reads a value: an int, time.Duration, float64, Ratio, Rate or string. Its
// error has no offset yet.
func (k *Key) parse(text string) (any, *Error) {
	switch k.Kind {
	case KindCount:
		return k.parseCount(text)
	case KindAttempts:
		return k.parseAttempts(text)
	case KindDuration, KindDelay:
		return k.parseDuration(text)
	case KindFactor:
		return k.parseFactor(text)
	case KindPercentage, KindShare:
		return k.parsePercentage(text)
	case KindWindow:
		return k.parseWindow(text)
	case KindRate:
		return k.parseRate(text)
	case KindChoice:
		return k.parseChoice(text)
	case KindFile:
		return k.parseFile(text)
	case KindGo:
		return k.parseGo(text)
	default:
		return k.parseName(text)
	}
}

// defaultValue returns the value of a key that is not given.
func (k *Key) defaultValue() any {
	value, _ := k.parse(k.Default) // a test reads all defaults
	return value
}

func (k *Key) bad(text, hint string) *Error {
	return &Error{Msg: fmt.Sprintf("bad %s %q for key %q", kinds[k.Kind].name, text, k.Name), Hint: hint}
}

func (k *Key) outOfRange(text string) *Error {
	return &Error{Msg: fmt.Sprintf("%s=%s is out of range: %s", k.Name, text, k.takes())}
}

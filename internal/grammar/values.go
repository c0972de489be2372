package grammar

import (
	"strings"
	"time"
)

// Values are the values of a directive by key: int, time.Duration, float64, Ratio,
// Rate or string. Its methods return zero for a key that is missing or has a value of
// another type.
type Values map[string]any

// bareDelays is the key of bare durations.
const bareDelays = ""

// Count returns the value of a KindCount, KindAttempts or KindWindow.
func (v Values) Count(key string) int { n, _ := v[key].(int); return n }

// Duration returns the value of a KindDuration, KindDelay or KindWindow.
func (v Values) Duration(key string) time.Duration { d, _ := v[key].(time.Duration); return d }

// Factor returns the value of a KindFactor.
func (v Values) Factor(key string) float64 { f, _ := v[key].(float64); return f }

// Ratio returns the value of a KindPercentage or KindShare.
func (v Values) Ratio(key string) Ratio { r, _ := v[key].(Ratio); return r }

// Rate returns the value of a KindRate.
func (v Values) Rate(key string) Rate { r, _ := v[key].(Rate); return r }

// Text returns the value of a KindChoice, KindName, KindFile or KindGo.
func (v Values) Text(key string) string { s, _ := v[key].(string); return s }

// Delays returns the bare durations of a verb that takes a list of them.
func (v Values) Delays() []time.Duration { list, _ := v[bareDelays].([]time.Duration); return list }

// WithDelays returns v with the bare durations of a verb that takes a list of them.
func (v Values) WithDelays(list []time.Duration) Values { v[bareDelays] = list; return v }

// Print writes a directive with the verb: bare words first, then keys in canonical
// order.
func (v *Verb) Print(values Values) string {
	words := []string{v.Name}
	for _, delay := range values.Delays() {
		words = append(words, format(delay))
	}
	for _, key := range v.Keys {
		if value, ok := values[key.Name]; ok {
			words = append(words, key.Name+"="+key.format(value))
		}
	}
	return strings.Join(words, " ")
}

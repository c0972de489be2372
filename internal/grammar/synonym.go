package grammar

import (
	"slices"
	"strings"
)

// verbSynonyms maps the names that other libraries, and people in a hurry, use for the
// verbs.
var verbSynonyms = map[string]string{
	"constant": "simple", "fixed": "simple",
	"backoff": "exponential", "fib": "fibonacci", "delays": "schedule",
	"retry": "exponential-jitter", "jitter": "exponential-jitter", "decorrelated-jitter": "exponential-jitter",
	"off": "none", "disable": "none", "deadline": "timeout",
	"circuit-breaker": "breaker", "circuitbreaker": "breaker", "circuit": "breaker",
	"rate-limit": "limit", "ratelimit": "limit", "throttle": "limit", "bulkhead": "limit", "concurrency": "limit",
	"if": "on", "retry-if": "on", "retry-on": "on", "only": "on",
	"unless": "not", "ignore": "not", "abort-on": "not", "except": "not",
	"check": "error-in", "error": "error-in", "err": "error-in", "error-from": "error-in", "failure": "error-in",
	"until": "result", "while": "result", "poll": "result",
	"idempotent": "idempotency-key", "idempotency": "idempotency-key", "seek": "rewind",
}

// keySynonyms does the same for keys. The first key that the verb has is meant.
var keySynonyms = map[string][]string{
	"retries": {"attempts"}, "max-retries": {"attempts"}, "max-attempts": {"attempts"}, "tries": {"attempts"},
	"initial": {"base"}, "interval": {"base", "delay", "window"}, "base": {"delay"},
	"delay": {"base", "after", "cooldown"}, "wait": {"base", "delay", "cooldown"},
	"multiplier": {"factor"}, "increment": {"step"}, "randomization": {"spread"}, "jitter": {"spread"},
	"max": {"max-cooldown", "total", "concurrent", "burst"}, "max-delay": {"max"}, "max-interval": {"max"}, "cap": {"max"},
	"per-attempt": {"attempt"}, "per-try": {"attempt"}, "each": {"attempt"}, "try": {"attempt"},
	"call": {"total"}, "overall": {"total"}, "all": {"total"},
	"threshold": {"failures"}, "failure-threshold": {"failures"}, "failure-rate": {"rate"}, "error-rate": {"rate"},
	"timeout": {"cooldown", "wait"}, "reset": {"cooldown"}, "open": {"cooldown"},
	"half-open": {"probes"}, "success-threshold": {"successes"},
	"percent": {"ratio", "rate"}, "size": {"burst", "window"}, "tokens": {"burst"},
	"copies": {"max"}, "parallel": {"concurrent"}, "rps": {"rate"}, "qps": {"rate"},
	"type": {"name"}, "output": {"file"},
}

// meantVerb returns the verb that a word most likely means, or "".
func meantVerb(word string) string {
	if verb := verbSynonyms[plainly(word)]; verb != "" {
		return verb
	}
	return Suggest(word, verbNames())
}

// meantKey returns the key of the verb that a word most likely means, or "".
func (v *Verb) meantKey(word string) string {
	names := v.keyNames()
	for _, key := range keySynonyms[plainly(word)] {
		if slices.Contains(names, key) {
			return key
		}
	}
	return Suggest(word, names)
}

// meantOff returns "off" if a word most likely means that and the verb takes it, or "".
func (v *Verb) meantOff(word string) string {
	switch {
	case !v.Off:
		return ""
	case slices.Contains([]string{"no", "false", "disable", "disabled"}, plainly(word)):
		return "off"
	}
	return Suggest(word, []string{"off"})
}

// sibling returns a verb of the same concern that has the key and whose name contains
// that of v, or "": exponential-jitter for the key jitter of exponential.
func (v *Verb) sibling(key string) string {
	for _, other := range verbs {
		if _, ok := other.key(key); ok && other.Concern == v.Concern && strings.Contains(other.Name, v.Name) {
			return other.Name
		}
	}
	return ""
}

// plainly spells a word the way the grammar does: lower case, with hyphens.
func plainly(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", "-") }

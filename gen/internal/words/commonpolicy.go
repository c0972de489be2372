package words

import (
	"cmp"
	"slices"
)

// A statement is about one topic. A list has at most one statement on a topic, and its
// statements are in the order of their topics.
type statement interface {
	Topic() int
	Words() string // equal for equal statements
}

// InCommon returns what to say once for several lists, so that each list needs to say
// only how it differs. That is, on each topic, what most lists say, where this leaves
// fewer statements in all. silence is what it costs the list of an index to say that
// it says nothing on a topic.
func InCommon[S statement](lists [][]S, silence func(list, topic int) int) []S {
	counts := make(map[string]int)
	best := make(map[int]S) // by topic
	for _, list := range lists {
		for _, s := range list {
			counts[s.Words()]++
			if old, ok := best[s.Topic()]; !ok || counts[s.Words()] > counts[old.Words()] {
				best[s.Topic()] = s
			}
		}
	}
	var common []S
	for topic, s := range best {
		gain := counts[s.Words()] - 1
		for i, list := range lists {
			if _, ok := statementOn(list, topic); !ok {
				gain -= silence(i, topic)
			}
		}
		if gain > 0 {
			common = append(common, s)
		}
	}
	slices.SortFunc(common, func(a, b S) int { return cmp.Compare(a.Topic(), b.Topic()) })
	return common
}

// statementOn returns what a list says on a topic.
func statementOn[S statement](list []S, topic int) (S, bool) {
	i := slices.IndexFunc(list, func(s S) bool { return s.Topic() == topic })
	if i < 0 {
		var none S
		return none, false
	}
	return list[i], true
}

// A Difference is what one list says on a topic and another one does not.
type Difference[S statement] struct {
	From, To S
	Had, Has bool
}

// Differences returns what is to be said beside the list from to say the list to.
func Differences[S statement](from, to []S) []Difference[S] {
	var topics []int
	for _, s := range slices.Concat(from, to) {
		topics = append(topics, s.Topic())
	}
	slices.Sort(topics)
	var list []Difference[S]
	for _, topic := range slices.Compact(topics) {
		var d Difference[S]
		d.From, d.Had = statementOn(from, topic)
		d.To, d.Has = statementOn(to, topic)
		if d.Had != d.Has || d.From.Words() != d.To.Words() {
			list = append(list, d)
		}
	}
	return list
}

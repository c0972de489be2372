package render

import (
	"cmp"
	"slices"
)

// A statement is about one topic. A list has at most one statement on a topic, and its
// statements are in the order of their topics.
type statement interface {
	topic() int
	words() string // equal for equal statements
}

// inCommon returns what to say once for several lists, so that each list needs to say
// only how it differs. That is, on each topic, what most lists say, where this leaves
// fewer statements in all. silence is what it costs the list of an index to say that
// it says nothing on a topic.
func inCommon[S statement](lists [][]S, silence func(list, topic int) int) []S {
	counts := make(map[string]int)
	best := make(map[int]S) // by topic
	for _, list := range lists {
		for _, s := range list {
			counts[s.words()]++
			if old, ok := best[s.topic()]; !ok || counts[s.words()] > counts[old.words()] {
				best[s.topic()] = s
			}
		}
	}
	var common []S
	for topic, s := range best {
		gain := counts[s.words()] - 1
		for i, list := range lists {
			if _, ok := statementOn(list, topic); !ok {
				gain -= silence(i, topic)
			}
		}
		if gain > 0 {
			common = append(common, s)
		}
	}
	slices.SortFunc(common, func(a, b S) int { return cmp.Compare(a.topic(), b.topic()) })
	return common
}

// statementOn returns what a list says on a topic.
func statementOn[S statement](list []S, topic int) (S, bool) {
	i := slices.IndexFunc(list, func(s S) bool { return s.topic() == topic })
	if i < 0 {
		var none S
		return none, false
	}
	return list[i], true
}

// A difference is what one list says on a topic and another one does not.
type difference[S statement] struct {
	from, to S
	had, has bool
}

// differences returns what is to be said beside the list from to say the list to.
func differences[S statement](from, to []S) []difference[S] {
	var topics []int
	for _, s := range slices.Concat(from, to) {
		topics = append(topics, s.topic())
	}
	slices.Sort(topics)
	var list []difference[S]
	for _, topic := range slices.Compact(topics) {
		var d difference[S]
		d.from, d.had = statementOn(from, topic)
		d.to, d.has = statementOn(to, topic)
		if d.had != d.has || d.from.words() != d.to.words() {
			list = append(list, d)
		}
	}
	return list
}

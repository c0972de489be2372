package grammar

import "slices"

// A group is a section of the help and of the reference.
type group struct {
	title string
	intro string // a paragraph of Markdown
	verbs []*Verb
}

// groups is the table of the grammar, group by group. The reader, the printer, the
// help, the reference and the generator read it. A verb that is not in it does not
// exist.
var groups = []group{
	{
		title: "Strategies",
		intro: "A strategy says how many attempts a call makes and how long it waits between them. `attempts` counts all of them, including the first. " +
			"When many clients may fail at the same moment, use a strategy with random delays, such as `exponential-jitter`. With the others, all clients come back at the same moment too. " +
			"A method named Commit makes one attempt, unless it has a strategy of its own: a Commit that fails may have been carried out.",
		verbs: strategyVerbs,
	},
	{
		title: "Bounds and guards",
		intro: "These bound the cost of one call and of all calls together. They work with or without a strategy.",
		verbs: guardVerbs,
	},
	{
		title: "What is retried",
		intro: "Names are Go names, separated by spaces. They are resolved and type-checked when the code is generated.",
		verbs: matchVerbs,
	},
	{
		title: "Beside and after the attempts",
		intro: "A copy of an attempt that takes too long, and what to do when no attempt succeeds.",
		verbs: besideVerbs,
	},
	{
		title: "Keys, parameters and the generated code",
		intro: "These concern the generated code rather than the policy.",
		verbs: codeVerbs,
	},
	{
		title: "Review",
		intro: "[`retrygen review`](review.md) gives advice about the policies of a package. These say where it does not apply.",
		verbs: reviewVerbs,
	},
	{
		title: "Presets",
		intro: "A preset names what many methods have in common. It belongs to the package.",
		verbs: presetVerbs,
	},
}

// verbs are the verbs of all groups, in the order of the reference.
var verbs = slices.Concat(strategyVerbs, guardVerbs, matchVerbs, besideVerbs, codeVerbs, reviewVerbs, presetVerbs)

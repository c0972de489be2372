package render

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/words"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// What most methods have is told once, if that leaves less to tell.
func TestInCommon(t *testing.T) {
	attempts, once, budget := words.Rule{About: words.AboutRetries, Text: "three"}, words.Rule{About: words.AboutRetries, Text: "five"}, words.Rule{About: words.AboutBudget, Text: "a budget"}
	tests := []struct {
		name  string
		lists [][]words.Rule
		want  []words.Rule
	}{
		{"nothing", nil, nil},
		{"of one method", [][]words.Rule{{attempts}}, nil},
		{"of two", [][]words.Rule{{attempts}, {attempts}}, []words.Rule{attempts}},
		{"of most", [][]words.Rule{{attempts}, {once}, {attempts}}, []words.Rule{attempts}},
		{"of as many as have none", [][]words.Rule{{attempts}, {attempts}, {}}, nil},
		{"of more than have none", [][]words.Rule{{attempts}, {attempts}, {attempts}, {}}, []words.Rule{attempts}},
		{"in the order of the topics", [][]words.Rule{{attempts, budget}, {attempts, budget}}, []words.Rule{attempts, budget}},
		{"different for each", [][]words.Rule{{attempts}, {once}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, words.InCommon(tt.lists, func(int, int) int { return 1 }))
		})
	}
}

func TestPhrases(t *testing.T) {
	retries := words.Rule{About: words.AboutRetries, Text: "makes up to 3 attempts"}
	busy, gone := words.Rule{About: words.AboutNot, Text: "never retries ErrBusy"}, words.Rule{About: words.AboutNot, Text: "never retries ErrGone"}
	budget := words.Rule{About: words.AboutBudget, Text: "shares a budget"}
	skipped := func(concern grammar.Concern, why string) model.Decision {
		return model.Decision{By: &model.Directive{Directive: grammar.Directive{Verb: &grammar.Verb{Concern: concern}}}, Skipped: why}
	}
	repeating := &model.Method{Policy: policy.Policy{Retry: policy.Retry{Attempts: 3}}}
	tests := []struct {
		name        string
		m           *model.Method
		told, rules []words.Rule
		want        []string
	}{
		{"nothing new", repeating, []words.Rule{retries}, []words.Rule{retries}, nil},
		{"more", repeating, []words.Rule{retries}, []words.Rule{retries, busy}, []string{"never retries ErrBusy"}},
		{"less", repeating, []words.Rule{retries, busy}, []words.Rule{retries}, []string{"has no list of errors never to retry"}},
		{"another list", repeating, []words.Rule{retries, busy}, []words.Rule{retries, gone}, []string{"never retries ErrGone (instead of ErrBusy)"}},
		{"no budget", repeating, []words.Rule{retries, budget}, []words.Rule{retries}, []string{"has no retry budget"}},
		{"no budget without retries", &model.Method{}, []words.Rule{retries, budget}, nil, []string{"makes only one attempt"}},
		{"one reason", &model.Method{Decisions: []model.Decision{
			skipped(grammar.ConcernTimeout, "it has no context"), skipped(grammar.ConcernHedge, "it has no context"),
		}}, nil, nil, []string{"has no timeout and starts no extra copies, because it has no context"}},
		{"two reasons", &model.Method{Decisions: []model.Decision{
			skipped(grammar.ConcernTimeout, "it has no context"), skipped(grammar.ConcernBreaker, "it has no parameter id"),
		}}, nil, nil, []string{"has no timeout, because it has no context", "has no breaker, because it has no parameter id"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range phrasesOf(tt.m, tt.told, tt.rules) {
				got = append(got, p.text)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestWrap(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("word ", 40))
	for _, text := range []string{words, bullet + words} {
		lines := wrap(text)
		assert.Greater(t, len(lines), 1)
		for _, line := range lines {
			assert.LessOrEqual(t, len("// "+line), commentWidth)
		}
		assert.Equal(t, strings.Fields(text), strings.Fields(strings.Join(lines, " ")))
	}
	assert.True(t, strings.HasPrefix(wrap(bullet + words)[1], "    word"))
	assert.Equal(t, []string{""}, wrap(""))

	long := strings.Repeat("x", 2*commentWidth)
	assert.Equal(t, []string{"a", long, "b"}, wrap("a "+long+" b"), "a name cannot be broken")
}

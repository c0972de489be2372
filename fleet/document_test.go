package fleet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

const example = `# call anna before you change this
for 30m by anna: the bank is slow
PaymentClient: attempts=2; timeout total=10s
PaymentClient.Balance: breaker off
PaymentClient.Refund: force open
PaymentClient: mode watch-only

for 1h30m by ci/deploy 17: who: ben, why: in doubt
*: enabled off
`

func patch(t *testing.T, text string) policy.Patch {
	t.Helper()
	p, err := policy.ParsePatch(text)
	require.NoError(t, err)
	return p
}

func TestParseDocument(t *testing.T) {
	got, err := ParseDocument(example)
	require.NoError(t, err)
	assert.Equal(t, Sections{
		{For: 30 * time.Minute, Author: "anna", Reason: "the bank is slow", Offset: 35, Lines: []Line{
			{Name: "PaymentClient", Kind: KindPolicy, Offset: 69, At: 83, Patch: patch(t, " attempts=2; timeout total=10s")},
			{Name: "PaymentClient.Balance", Kind: KindPolicy, Offset: 114, At: 136, Patch: patch(t, " breaker off")},
			{Name: "PaymentClient.Refund", Kind: KindForce, State: breaker.Open, Offset: 149, At: 170},
			{Name: "PaymentClient", Kind: KindMode, Mode: breaker.WatchOnly, Offset: 182, At: 196},
		}},
		{For: 90 * time.Minute, Author: "ci/deploy 17", Reason: "who: ben, why: in doubt", Offset: 214, Lines: []Line{
			{Name: "*", Kind: KindEnabled, Offset: 265, At: 267},
		}},
	}, got)
	assert.Equal(t, strings.SplitAfterN(strings.ReplaceAll(example, "\n\n", "\n"), "\n", 2)[1], got.String())
}

// Texts that change nothing are fine: that is how a document is taken back.
func TestParseDocumentWithoutLines(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# nothing", "\ufeff", "for 1m by a: b"} {
		s, err := ParseDocument(text)
		require.NoError(t, err)
		assert.Empty(t, s.Overrides())
	}
	s, err := ParseDocument("\ufefffor 1m by a: b\r\n  C : none\r\n")
	require.NoError(t, err)
	assert.Equal(t, "for 1m by a: b\nC: none\n", s.String())
	assert.Equal(t, len("\ufefffor 1m by a: b\r\n  "), s[0].Lines[0].Offset)
}

func TestParseDocumentReportsAllThatIsWrong(t *testing.T) {
	const head = "for 1m by a: b\n"
	tests := []struct{ name, text, want string }{
		{"no section", "C: attempts=2\nC.G: simpel", "1:1: no section has begun; hint: " + exampleSection + "\n" +
			`2:6: unknown verb "simpel"; hint: did you mean "simple"?`},
		{"a duration without a unit", "for 30 by a: b", `1:5: bad duration "30"; hint: a duration is a number and a unit, as in 90s, 30m or 2h`},
		{"for ever", "for 10000h by a: b", "1:5: a section cannot hold for 10000h; hint: it holds for 1s to 720h; " +
			"what is to stay belongs in the comments of the source, or in Options.Override"},
		{"no time", "for 0s by a: b", "1:5: a section cannot hold for 0s; hint: it holds for 1s to 720h; " +
			"what is to stay belongs in the comments of the source, or in Options.Override"},
		{"capitals", "For 1m by a: b", `1:1: unknown word "For"; hint: did you mean "for"?`},
		{"a slip", "fro 1m by a: b", `1:1: unknown word "fro"; hint: did you mean "for"?`},
		{"no author", "for 1m: b", "1:7: no author; hint: " + exampleSection},
		{"no author after by", "for 1m by : b", "1:10: no author; hint: " + exampleSection},
		{"another word for by", "for 1m from a: b", `1:8: unknown word "from"; hint: ` + exampleSection},
		{"no reason", "for 1m by a:  ", "1:13: no reason; hint: " + exampleSection},
		{"no colon", "for 1m by a", "1:12: no reason; hint: " + exampleSection},
		{"a terminal's escapes", "for 1m by a: b\x1b[2J", "1:14: the reason has characters that cannot be printed"},
		{"what follows a bad start is checked", "for 1 by a: b\nC: attempts=0", `1:5: bad duration "1"; hint: a duration is a number and a unit, as in 90s, 30m or 2h` + "\n" +
			"2:4: attempts=0 is out of range: 1 to 1000000, or unlimited; hint: attempts=1 never retries, attempts=unlimited never gives up"},
		{"a policy for everything", head + "*: attempts=2", "2:1: a policy needs the name of an interface or a method; hint: " +
			"* stands for everything in lines with force, mode or enabled"},
		{"no state", head + "C: force", "2:9: no state after force; hint: force open refuses all calls, and force closed admits them"},
		{"a state with a slip", head + "C: force close", `2:10: unknown state "close"; hint: did you mean "closed"?`},
		{"half-open", head + "C: force half-open", `2:10: unknown state "half-open"; hint: force open refuses all calls, and force closed admits them`},
		{"a word too many", head + "C: force open # now", `2:15: unknown word "#"; hint: a comment has a line of its own, which starts with #`},
		{"a mode with a slip", head + "C: mode watchonly", `2:9: unknown mode "watchonly"; hint: did you mean "watch-only"?`},
		{"the mode of a method", head + "C.G: mode off", "2:1: a mode is for all methods of an interface; hint: " +
			"write C, or change the policy of the method: breaker off"},
		{"enabled on", head + "C: enabled on", `2:12: unknown value "on"; hint: enabled off makes calls pass straight through; to take that back, remove the line`},
		{"a first word with a slip", head + "C: forced open", `2:4: unknown word "forced"; hint: did you mean "force"?`},
		{"a policy of a later line", head + "# x\n\nC.G: timeout total=1", `4:14: bad duration "1" for key "total"; hint: a duration needs a unit, as in 100ms or 2s`},
		{"two of a kind", head + "C: mode off\nC: force open\nfor 2m by c: d\nC: mode on", "5:1: line 2 already says the mode of C"},
		{"no line", head + "hello", `2:1: bad line "hello"; hint: a line is a name, a colon and what changes, as in ` +
			"PaymentClient.Charge: attempts=2, or PaymentClient: force open"},
		{"a space that is none of ASCII", head + "C:\u00a0", "2:1: bad line \"C:\"; hint: a line is a name, a colon and what changes, as in " +
			"PaymentClient.Charge: attempts=2, or PaymentClient: force open"},
		{"too much", strings.Repeat("#", MaxDocument+1), "1:262145: the document has more than 262144 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseDocument(tt.text)
			require.Error(t, err)
			var got []string
			for _, e := range policy.Errors(err) {
				line, column := e.Position(tt.text)
				got = append(got, fmt.Sprintf("%d:%d: %v", line, column, e))
			}
			assert.Equal(t, tt.want, strings.Join(got, "\n"))
		})
	}
}

// The lines below a bad start do not move into the section before it.
func TestParseDocumentKeepsLinesInTheirSections(t *testing.T) {
	s, err := ParseDocument("for 1m by a: b\nC: none\nfor 1 by a: b\nD: none\n")
	require.Error(t, err)
	assert.Equal(t, "for 1m by a: b\nC: none\n", s.String())
}

func TestSectionsAfter(t *testing.T) {
	s, err := ParseDocument("for 1m by a: b\nC: none\nfor 2m by c: d\nD: none\n")
	require.NoError(t, err)
	tests := []struct {
		age  time.Duration
		want string
	}{
		{0, s.String()},
		{-time.Hour, s.String()},
		{500 * time.Millisecond, "for 59s by a: b\nC: none\nfor 1m59s by c: d\nD: none\n"},
		{59500 * time.Millisecond, "for 1m by c: d\nD: none\n"},
		{time.Hour, ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, s.After(tt.age).String(), "after %v", tt.age)
	}
	assert.Equal(t, time.Minute, s[0].For)
}

func TestSectionsWith(t *testing.T) {
	s, err := ParseDocument("for 1m by a: b\nC: none\nC: mode off\nfor 2m by c: d\nD: none\n")
	require.NoError(t, err)
	next, err := ParseDocument("for 3m by e: f\nC: attempts=3\nD: simple attempts=2 delay=1s\n")
	require.NoError(t, err)
	assert.Equal(t, next.String()+"for 1m by a: b\nC: mode off\n", s.With(next[0]).String())
	assert.Len(t, s[0].Lines, 2)
}

// No text causes a panic, every error has a place in the text, and what is read is the same
// after it has been written.
func FuzzParseDocument(f *testing.F) {
	f.Add(example)
	f.Add("for 1m by a: b\nC.G: exponential attempts=2; timeout total=1s\n*: force closed\r\n")
	f.Add("\ufeffFor 1 to a\nC\n: \nA.: mode\nC: enabled of")
	f.Add("for 1m by a: b\nC:\v\nC: \u00a0;\nC:\u2003force\u00a0open")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseDocument(text)
		for _, e := range policy.Errors(err) {
			assert.LessOrEqual(t, e.Offset+e.Len, len(text))
		}
		for _, section := range s {
			assert.Equal(t, "for", text[section.Offset:section.Offset+len("for")])
			for _, line := range section.Lines {
				assert.Equal(t, line.Name, text[line.Offset:line.Offset+len(line.Name)])
			}
		}
		if err == nil {
			again, err := ParseDocument(s.String())
			require.NoError(t, err, s.String())
			assert.Equal(t, s.String(), again.String())
		}
	})
}

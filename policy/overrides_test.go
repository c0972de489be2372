package policy

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseOverrides(t *testing.T) {
	list, err := ParseOverrides("# a comment\r\n\n  Client.Get : timeout total=1s; breaker off\r\nClient:none\n  # another\n")
	require.NoError(t, err)
	assert.Equal(t, []Override{
		{Name: "Client.Get", Offset: 16, At: 28, Patch: patch(t, " timeout total=1s; breaker off")},
		{Name: "Client", Offset: 60, At: 67, Patch: patch(t, "none")},
	}, list)
	assert.False(t, list[0].ForInterface())
	assert.True(t, list[1].ForInterface())
}

// Some editors on Windows begin a file with a byte order mark. Offsets count it.
func TestParseOverridesSkipsAByteOrderMark(t *testing.T) {
	list, err := ParseOverrides("\ufeffClient.Get: breaker off\nClient.Put: breaker off\n")
	require.NoError(t, err)
	assert.Equal(t, []Override{
		{Name: "Client.Get", Offset: 3, At: 14, Patch: patch(t, " breaker off")},
		{Name: "Client.Put", Offset: 27, At: 38, Patch: patch(t, " breaker off")},
	}, list)

	const text = "\ufeffClient.Get: simpel\n"
	_, err = ParseOverrides(text)
	require.Len(t, Errors(err), 1)
	assert.Equal(t, len("\ufeffClient.Get: "), Errors(err)[0].Offset)

	list, err = ParseOverrides("\ufeff")
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestParseOverridesReportsAllThatIsWrong(t *testing.T) {
	tests := []struct {
		name, text, want string
		right            int // lines
	}{
		{"a verb", "\nClient.Get: exponental", `2:13: unknown verb "exponental"`, 0},
		{"a value", "Client.Get: simple; timeout total=x\n", `1:29: bad duration "x" for key "total"`, 0},
		{"no method", "Client.: simple\n", `1:1: bad line "Client.: simple"`, 0},
		{"an interface twice", "Client: simple\nClient: linear\n", `2:1: line 1 already names Client`, 1},
		{"a key of nothing", "Client.Get: atempts=2\n", `1:13: unknown key "atempts"`, 0},
		{"no interface", ".Get: simple\n", `1:1: bad line ".Get: simple"`, 0},
		{"no colon", "a\n  Client.Get simple", `1:1: bad line "a"` + "\n" + `2:3: bad line "Client.Get simple"`, 0},
		{"no policy", "Client.Get:\nClient.Put: ; \n", `1:1: bad line "Client.Get:"` + "\n" + `2:1: bad line "Client.Put: ;"`, 0},
		{"twice", "Client.Get: simple\nClient.Get: linear\n", `2:1: line 1 already names Client.Get`, 1},
		{"twice, and a value", "Client.Get: simple\nClient.Get: timeout total=x\n", "2:1: line 1 already names Client.Get\n" + `2:21: bad duration "x" for key "total"`, 1},
		{"a bad line names nothing", "Client.Get simple\nClient.Get linear\n", `1:1: bad line "Client.Get simple"` + "\n" + `2:1: bad line "Client.Get linear"`, 0},
		{"Go", "Client.Get: on ErrBusy\n", `1:13: "on" cannot be part of a policy, which takes only numbers`, 0},
		{"lines", "Client.Get: simpel\nClient.Put: liner\n", `1:13: unknown verb "simpel"` + "\n" + `2:13: unknown verb "liner"`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := ParseOverrides(tt.text)
			require.Error(t, err)
			assert.Len(t, list, tt.right)
			got := ""
			for i, e := range Errors(err) {
				if i > 0 {
					got += "\n"
				}
				line, column := e.Position(tt.text)
				got += fmt.Sprintf("%d:%d: %s", line, column, e.Msg)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// The error of a line that does not fit a policy has its place in the whole text.
func TestOverrideApply(t *testing.T) {
	const text = "# slow\nClient.Get: breaker off; base=5s\n"
	list, err := ParseOverrides(text)
	require.NoError(t, err)
	_, err = list[0].Apply(mustParse(t, "linear max=2s"))
	require.Len(t, Errors(err), 1)
	line, column := Errors(err)[0].Position(text)
	assert.Equal(t, []int{2, 26}, []int{line, column})
}

// No text causes a panic, and every error has a place in the text.
func FuzzParseOverrides(f *testing.F) {
	f.Add("Client.Get: exponential attempts=2; timeout total=1s\n# no\n")
	f.Add("Client.Get simple\n.: \nA.B:none;none")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseOverrides(text)
		for _, e := range Errors(err) {
			assert.LessOrEqual(t, e.Offset, len(text))
			line, column := e.Position(text)
			assert.Positive(t, line)
			assert.Positive(t, column)
		}
		for _, o := range list {
			assert.Equal(t, o.Name, text[o.Offset:o.Offset+len(o.Name)])
		}
	})
}

// fmtError writes an error with its offset.
func fmtError(e *Error) string { return fmt.Sprintf("%d: %v", e.Offset, e) }

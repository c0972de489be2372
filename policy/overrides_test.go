package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseOverrides(t *testing.T) {
	list, err := ParseOverrides("# a comment\r\n\n  Client.Get : timeout total=1s; breaker off\r\nClient.Put:none\n  # another\n")
	require.NoError(t, err)
	assert.Equal(t, []Override{
		{Method: "Client.Get", Offset: 16, Policy: Policy{Timeout: Timeout{Total: time.Second}, Breaker: Breaker{Off: true}}},
		{Method: "Client.Put", Offset: 60, Policy: none()},
	}, list)
}

// Some editors on Windows begin a file with a byte order mark. Offsets count it.
func TestParseOverridesSkipsAByteOrderMark(t *testing.T) {
	list, err := ParseOverrides("\ufeffClient.Get: breaker off\nClient.Put: breaker off\n")
	require.NoError(t, err)
	assert.Equal(t, []Override{
		{Method: "Client.Get", Offset: 3, Policy: Policy{Breaker: Breaker{Off: true}}},
		{Method: "Client.Put", Offset: 27, Policy: Policy{Breaker: Breaker{Off: true}}},
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
		{"no method", "Client: simple\n", `1:1: bad line "Client: simple"`, 0},
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
			assert.Equal(t, o.Method, text[o.Offset:o.Offset+len(o.Method)])
		}
	})
}

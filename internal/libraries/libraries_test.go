package libraries

import (
	"go/format"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// classNames are the classes of the runtime.
var classNames = []string{"Answer", "Fault", "Transient", "Unsent", "Throttled", "Deadline", "Quota", "Conflict", ByStatus}

func TestTable(t *testing.T) {
	used := make(map[string]bool)
	for l := range All() {
		t.Run(l.Word, func(t *testing.T) {
			assert.Equal(t, strings.ToLower(l.Word), l.Word)
			assert.NotEmpty(t, l.Name)
			assert.Same(t, l, Lookup(l.Word))
			require.NotEmpty(t, l.Kinds)
			for _, k := range l.Kinds {
				used[k.Row], used[k.Sequence] = true, true
				row := k.Code()
				if k.Row == "" && k.Func == "" {
					assert.NotEmpty(t, l.Spoken, "nobody says what the errors mean")
					continue
				}
				if k.Func != "" {
					continue
				}
				require.NotNil(t, row, "there is no file %s", k.Row)
				require.NotEmpty(t, slices.Concat(row.Cases, l.Spoken))
				for _, c := range row.Cases {
					assert.Contains(t, classNames, c.Class)
				}
			}
			for _, c := range l.Spoken {
				assert.Contains(t, classNames, c.Class)
				assert.True(t, len(c.Names)+len(c.Prefixes) > 0 || c.When != "")
			}
		})
	}
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(Words()))), len(table), "each word stands once")
	files, err := fs.Glob(rows, "rows/*.go")
	require.NoError(t, err)
	for _, name := range files {
		assert.True(t, used[path.Base(name)], "no library uses %s", name)
	}
}

func TestRows(t *testing.T) {
	for name, row := range parsed() {
		t.Run(name, func(t *testing.T) {
			assert.Regexp(t, `^sorts .*\.$`, row.Doc)
			for _, i := range row.Imports {
				assert.NotEmpty(t, i.Names, "%s is not used", i.Path)
			}
			text := row.Func("sortErrors", func(i Import) string { return i.Name })
			assert.True(t, strings.HasPrefix(text, "func sortErrors(err error) (retry.Class, time.Duration) {\n"))
			formatted, err := format.Source([]byte(text))
			require.NoError(t, err)
			assert.Equal(t, string(formatted), text)

			renamed := row.Func("sortErrors", func(i Import) string { return "its" + i.Name })
			assert.Contains(t, renamed, "itsretry.Class")
			assert.Equal(t, text, strings.ReplaceAll(renamed, "its", ""))
		})
	}
}

func TestShows(t *testing.T) {
	k := &Kind{Module: "example.com/lib", Major: "/v2", Shown: []Type{{Names: "Call*"}, {Path: "service/...", Names: "Options"}, {Path: "sub"}}}
	for _, tt := range []struct {
		path, name string
		major      string
		want       bool
	}{
		{"example.com/lib", "CallOption", "", true},
		{"example.com/lib/v2", "CallOption", "/v2", true},
		{"example.com/lib/v13", "CallOption", "/v13", true},
		{"example.com/lib", "Option", "", false},
		{"example.com/lib/sub", "Any", "", true},
		{"example.com/lib/v2/sub", "Any", "/v2", true},
		{"example.com/lib/sub/deeper", "Any", "", false},
		{"example.com/lib/v2/service/s3", "Options", "/v2", true},
		{"example.com/lib/service/a/b", "Options", "", true},
		{"example.com/lib/service/s3", "Client", "", false},
		{"example.com/library", "CallOption", "", false},
		{"example.com", "CallOption", "", false},
		{"example.com/lib/vendor", "CallOption", "", false},
	} {
		major, ok := k.Shows(tt.path, tt.name)
		assert.Equal(t, tt.want, ok, "%s.%s", tt.path, tt.name)
		if ok {
			assert.Equal(t, tt.major, major, "%s.%s", tt.path, tt.name)
		}
	}
}

func TestPathOfAnotherMajorVersion(t *testing.T) {
	k := &Kind{Module: "example.com/lib", Major: "/v9"}
	assert.Equal(t, "example.com/lib/v10/sub", k.Path(Import{Path: "example.com/lib/v9/sub"}, "/v10"))
	assert.Equal(t, "example.com/lib/sub", k.Path(Import{Path: "example.com/lib/v9/sub"}, ""))
	assert.Equal(t, "time", k.Path(Import{Path: "time"}, "/v10"))
	assert.Equal(t, "time", (&Kind{}).Path(Import{Path: "time"}, ""))
}

const source = `package rows

import (
	"time"

	codes "example.com/lib/v2/numbers"

	retry "github.com/retrygen/retrygen/runtime"
)

// sortLib sorts the errors of lib
// by their codes.
func sortLib(err error) (retry.Class, time.Duration) {
	e, ok := err.(interface{ Code() codes.Code })
	if !ok {
		return retry.ClassUnclassified, 0
	}
	switch e.Code() {
	case codes.Gone, 404, "E_GONE":
		return retry.ClassAnswer, 0
	case codes.Busy:
		if e.Wait() { // with a delay
			return retry.ClassThrottled, time.Second
		}
		return retry.ClassQuota, 0 // without one
	case codes.Lost: // for ever
		return retry.ClassFault, 0
	}
	if codes.Is(err) || err == codes.ErrOld {
		return retry.ClassFault, 0
	}
	return retry.ClassTransient, 0 // any other code
}
`

func TestParseRow(t *testing.T) {
	row, err := parseRow(source)
	require.NoError(t, err)
	assert.Equal(t, "sorts the errors of lib by their codes.", row.Doc)
	assert.Equal(t, []Import{
		{"time", "time", []string{"Duration", "Second"}},
		{"example.com/lib/v2/numbers", "codes", []string{"Code", "Gone", "Busy", "Lost", "Is", "ErrOld"}},
		{"github.com/retrygen/retrygen/runtime", "retry", []string{"Class", "ClassUnclassified", "ClassAnswer", "ClassThrottled", "ClassQuota", "ClassFault", "ClassTransient"}},
	}, row.Imports)
	assert.Equal(t, []string{"err", "e", "ok"}, row.Locals)
	assert.Equal(t, []string{"error"}, row.Predeclared)
	assert.Equal(t, []Case{
		{Class: "Answer", Names: []string{"codes.Gone", "404", "E_GONE"}},
		{Class: "Throttled", Names: []string{"codes.Busy"}, When: "with a delay"},
		{Class: "Quota", Names: []string{"codes.Busy"}, When: "without one"},
		{Class: "Fault", Names: []string{"codes.Lost"}, When: "for ever"},
		{Class: "Fault", Names: []string{"codes.Is", "codes.ErrOld"}},
		{Class: "Transient", When: "any other code"},
	}, row.Cases)
}

func TestParseRowRefuses(t *testing.T) {
	for _, text := range []string{"package", "package rows\n\nfunc sort() {}\n", "package rows\n\n// V is one.\nvar V int\n"} {
		_, err := parseRow(text)
		assert.Error(t, err, text)
	}
}

func TestMatches(t *testing.T) {
	c := Case{Names: []string{"codes.NotFound", "1213"}}
	for _, said := range []string{"NotFound", "codes.NotFound", "NOT_FOUND", "not found", "1213"} {
		assert.True(t, c.Matches(said), said)
	}
	for _, said := range []string{"Found", "121", ""} {
		assert.False(t, c.Matches(said), said)
	}
}

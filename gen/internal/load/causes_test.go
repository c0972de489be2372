package load

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An import that fails differs from one that is just not compiled yet.
func TestUnimported(t *testing.T) {
	list, errs, dir := loadModule(t, `
-- go.mod --
module example.com/m

go 1.26.0

require example.com/other v0.0.0

replace example.com/other => ./other
-- other/go.mod --
module example.com/other

go 1.26.0
-- other/other.go --
package other

type T int
-- a.go --
package m

import (
	"example.com/dep"
	"example.com/other"
)

//retry:simple
type A interface{ F(dep.T, other.T) error }
`, Config{})
	require.Empty(t, errs)
	pkg := only(t, list, "example.com/m")
	require.Len(t, pkg.Unimported, 1)
	assert.Equal(t, filepath.Join(dir, "a.go")+":4:2: no required module provides package example.com/dep\n\thint: go get example.com/dep",
		pkg.Unimported[0].Error())
}

// The cause of an unknown type can be in the package, or in one that it imports.
func TestCauses(t *testing.T) {
	const a = "-- a.go --\npackage m\n\nimport \"example.com/m/sub\"\n\n//retry:simple\ntype A interface{ F(sub.T) error }\n"
	tests := []struct{ name, files, want string }{
		{"none", a + "-- sub/sub.go --\npackage sub\n\ntype T int\n", ""},
		{"in the package", a + "var x = missing\n-- sub/sub.go --\npackage sub\n\ntype T = other\n", "a.go:7:9: undefined: missing"},
		{"in one that it imports", a + "-- sub/sub.go --\npackage sub\n\ntype T = other\n", "sub/sub.go:3:10: undefined: other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, errs, dir := loadModule(t, tt.files, Config{})
			require.Empty(t, errs)
			got := only(t, list, "example.com/m").Causes.Error()
			if got != "" {
				rel, err := filepath.Rel(dir, got)
				require.NoError(t, err)
				got = filepath.ToSlash(rel)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

package gen

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With an empty build cache the same comes out, and nothing is compiled for it.
func TestGenerateWithAnEmptyBuildCache(t *testing.T) {
	cfg := Config{Dir: "../golden", Patterns: []string{"./..."}}
	want, err := Generate(t.Context(), cfg)
	require.NoError(t, err)

	cache := t.TempDir()
	cfg.Env = append(os.Environ(), "GOCACHE="+cache)
	got, err := Generate(t.Context(), cfg)
	require.NoError(t, err)

	require.Len(t, got.Files, len(want.Files))
	for i, file := range got.Files {
		assert.Equal(t, want.Files[i].Path, file.Path)
		assert.Equal(t, string(want.Files[i].Content), string(file.Content), file.Path)
	}
	compiled, err := filepath.Glob(filepath.Join(cache, "*", "*-d"))
	require.NoError(t, err)
	for _, path := range compiled {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NotContains(t, string(content[:min(len(content), 8)]), "!<arch>", "a compiled package")
	}
}

// What cannot be imported is reported by its use, whatever the cache has.
func TestLoadWithoutADependency(t *testing.T) {
	for _, name := range []string{"warm", "cold"} {
		t.Run(name, func(t *testing.T) {
			cfg := loadConfig{}
			if name == "cold" {
				cfg.Env = append(os.Environ(), "GOCACHE="+t.TempDir())
			}
			list, errs, _ := loadModule(t, `
-- a.go --
package m

import (
	"net/http"

	"example.com/absent"
)

//retry:simple
type Client interface{ Get(*http.Request, absent.Key) error }
`, cfg)
			require.Empty(t, errs)
			pkg := only(t, list, "example.com/m")
			require.Len(t, pkg.Errors, 1)
			assert.Contains(t, pkg.Errors[0].Msg, "could not import example.com/absent")
			assert.Contains(t, pkg.Types.Scope().Lookup("Client").Type().Underlying().String(), "*net/http.Request")
		})
	}
}

// A module and one that it requires may import each other's packages. Those of the
// user's stay one, whether they come by way of export data or of sources.
func TestLoadModulesThatImportEachOther(t *testing.T) {
	for _, name := range []string{"warm", "cold"} {
		t.Run(name, func(t *testing.T) {
			cfg := loadConfig{}
			if name == "cold" {
				cfg.Env = append(os.Environ(), "GOCACHE="+t.TempDir())
			}
			list, errs, _ := loadModule(t, `
-- go.mod --
module example.com/m

go 1.26.0

require example.com/x v0.0.0

replace example.com/x => ./x
-- a.go --
package m

import (
	"example.com/m/types"
	"example.com/x"
)

type J interface{ M(t types.T) error }

//retry:simple
type X interface {
	x.I
	J
}
-- types/types.go --
package types

type T int
-- x/go.mod --
module example.com/x

go 1.26.0

require example.com/m v0.0.0

replace example.com/m => ../
-- x/x.go --
package x

import "example.com/m/types"

type I interface{ M(t types.T) error }
`, cfg)
			require.Empty(t, errs)
			assert.Empty(t, only(t, list, "example.com/m").Errors)
		})
	}
}

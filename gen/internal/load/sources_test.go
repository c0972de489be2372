package load

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A failed import is reported where it is used, whatever is in the cache.
func TestLoadWithoutADependency(t *testing.T) {
	for _, name := range []string{"warm", "cold"} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{}
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

// A module and one that it requires can import each other's packages. The user's packages
// must exist only once, whether the others come from export data or from sources.
func TestLoadModulesThatImportEachOther(t *testing.T) {
	for _, name := range []string{"warm", "cold"} {
		t.Run(name, func(t *testing.T) {
			cfg := Config{}
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

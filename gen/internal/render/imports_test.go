package render

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// A file's imports get the names that the user's file gives them, or their own, as
// long as nothing else has those.
func TestImports(t *testing.T) {
	im := &imports{
		given: make(map[string]string), own: make(map[string]string), aliases: map[string]string{"example.com/b/time": "clock"},
		taken: model.Scope{"kind": true},
	}
	assert.Equal(t, "time", im.add("time", "time"))
	assert.Equal(t, "clock", im.add("example.com/b/time", "time"), "as the user calls it")
	assert.Equal(t, "timepkg", im.add("example.com/c/time", "time"), "taken")
	assert.Equal(t, "timepkg2", im.add("example.com/d/time", "time"))
	assert.Equal(t, "kindpkg", im.add("example.com/kind", "kind"), "a name of the package")
	assert.Equal(t, "stringpkg", im.add("example.com/string", "string"), "predeclared")
	assert.Equal(t, "yaml", im.add("gopkg.in/yaml.v3", "yaml"))
	assert.Equal(t, "time", im.add("time", "time"), "again")
	assert.Equal(t, `import (
	"time"

	clock "example.com/b/time"
	timepkg "example.com/c/time"
	timepkg2 "example.com/d/time"
	kindpkg "example.com/kind"
	stringpkg "example.com/string"
	yaml "gopkg.in/yaml.v3"
)
`, im.declaration())
}

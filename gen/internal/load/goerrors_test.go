package load

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// The scripts cause the failures that they can. These messages come from machines where
// other things are broken.
func TestExplain(t *testing.T) {
	tests := []struct{ name, text, msg, hint string }{
		{"a dependency that needs a later Go",
			"err: exit status 1: stderr: go: example.com/dep@v1.0.0 requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)\n",
			"example.com/dep@v1.0.0 requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)",
			"install that version of Go, or set GOTOOLCHAIN=auto so that the go command downloads it"},
		{"no home folder",
			"err: exit status 1: stderr: build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined\n",
			"build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined",
			"set GOCACHE to a folder that the go command can write to"},
		{"a cache that is closed",
			"err: exit status 1: stderr: failed to initialize build cache at /cache: mkdir /cache: permission denied\n",
			"failed to initialize build cache at /cache: mkdir /cache: permission denied",
			"set GOCACHE to a folder that the go command can write to"},
		{"the vendor folder of a workspace",
			"go: inconsistent vendoring in /w:\n\texample.com/dep@v1.0.0: is explicitly required\n\n\tTo ignore the vendor directory, use -mod=readonly.\n\tTo sync the vendor directory, run 'go work vendor'\n",
			"the vendor folder does not match go.work", "go work vendor"},
		{"a sum that is missing",
			"missing go.sum entry for module providing package example.com/dep (imported by example.com/shop); to add:\n\tgo get example.com/shop",
			"missing go.sum entry for module providing package example.com/dep (imported by example.com/shop)", "go get example.com/shop"},
		{"a flag that the go command does not know",
			"err: exit status 2: stderr: invalid boolean value \"y\" for flag -x (from $GOFLAGS): parse error\nusage: go list [-f format]\nRun 'go help list' for details.\n",
			`invalid boolean value "y" for flag -x (from $GOFLAGS): parse error`, ""},
		{"something new is passed on", "go: the disk is on fire\n", "the disk is on fire", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			msg, hint := explain(tt.text)
			assert.Equal(t, tt.msg, msg)
			assert.Equal(t, tt.hint, hint)
		})
	}
}

// An error in an output does not count, because this run replaces the output.
func TestLoadInSpiteOfTheOutput(t *testing.T) {
	tests := []struct{ name, output string }{
		{"the package had another name", "package before\n"},
		{"a merge has left its marks", "package m\n\nimport (\n<<<<<<< HEAD\n\t\"context\"\n=======\n\t\"time\"\n>>>>>>> other\n)\n"},
		{"nothing but the header", ""},
	}
	for _, tt := range tests {
		// The order of the file names must not decide which package clause counts.
		for _, name := range []string{"a.go", "z.go"} {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				list, errs, _ := loadModule(t, "-- "+name+" --\npackage m\n\n//retry:simple\ntype Client interface{ A() error }\n"+
					"-- client_retry.go --\n"+model.Header+"\n\n"+tt.output, Config{})
				assert.Empty(t, errs)
				pkg := only(t, list, "example.com/m")
				assert.Empty(t, pkg.Errors)
				assert.Equal(t, "m", pkg.Name)
				assert.Equal(t, "m", pkg.Types.Name())
				assert.Equal(t, []string{name}, fileNames(pkg))
				assert.Len(t, pkg.Outputs, 1)
			})
		}
	}
}

package resolve

import (
	"go/parser"
	"go/token"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen/internal/load"
)

func TestBuildConstraint(t *testing.T) {
	tests := []struct{ name, file, src, want string }{
		{"none", "client.go", "package p", ""},
		{"the line", "client.go", "//go:build linux && !cgo\n\npackage p", "linux && !cgo"},
		{"not a constraint after the package clause", "client.go", "package p\n\n//go:build linux\n", ""},
		{"the system in the name", "client_linux.go", "package p", "linux"},
		{"the architecture in the name", "client_arm64.go", "package p", "arm64"},
		{"both in the name", "client_windows_amd64.go", "package p", "windows && amd64"},
		{"before _test", "client_linux_test.go", "package p", "linux"},
		{"the whole name means nothing", "linux.go", "package p", ""},
		{"a name that is not at the end", "linux_client.go", "package p", ""},
		{"line and name", "client_linux.go", "//go:build a || b\n\npackage p", "(a || b) && linux"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			syntax, err := parser.ParseFile(token.NewFileSet(), tt.file, tt.src, parser.ParseComments)
			require.NoError(t, err)
			assert.Equal(t, tt.want, buildConstraint(&load.File{Path: "/p/" + tt.file, Syntax: syntax}))
		})
	}
}

// This fails when a later Go knows another system.
func TestSystemsAreThoseOfTheGoCommand(t *testing.T) {
	out, err := exec.Command("go", "tool", "dist", "list").Output()
	require.NoError(t, err)
	for pair := range strings.FieldsSeq(string(out)) {
		system, architecture, _ := strings.Cut(pair, "/")
		assert.Contains(t, systems, system)
		assert.Contains(t, architectures, architecture)
	}
}

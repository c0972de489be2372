package libraries_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/internal/libraries"
)

// The names by which the analyzer knows how a client is made exist in the real libraries.
func TestNamesOfClients(t *testing.T) {
	packages := map[string][]string{ // by the modules of the kinds
		"github.com/aws/aws-sdk-go-v2":  {"/aws", "/aws/retry", "/service/s3"},
		"github.com/redis/go-redis":     {"/v9"},
		"go.mongodb.org/mongo-driver":   {"/v2/mongo", "/v2/mongo/options"},
		"github.com/twmb/franz-go":      {"/pkg/kgo"},
		"github.com/segmentio/kafka-go": {""},
		"github.com/stripe/stripe-go":   {"/v84"},
	}
	for _, c := range libraries.Clients() {
		_, kind := c.Of()
		require.Contains(t, packages, kind.Module)
		declared, made := make(map[string]bool), make(map[string]bool)
		for _, below := range packages[kind.Module] {
			for name := range declaredIn(t, kind.Module+below) {
				declared[name] = true
				made[name] = made[name] || c.Makes(kind.Module+below, name)
			}
		}
		for _, maker := range c.Makers {
			assert.True(t, made[maker.Names], "%s has no %s", c.Word, maker.Names)
		}
		for _, name := range append(c.Switches, c.Texts...) {
			if c.Word == "aws" && strings.HasPrefix(name, "With") {
				continue // of package config, which is a module of its own that nothing here needs
			}
			assert.True(t, declared[name], "%s has no %s", c.Word, name)
		}
	}
}

// declaredIn returns the names of the funcs, methods, types, fields and variables of a package.
func declaredIn(t *testing.T, path string) map[string]bool {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", path).CombinedOutput()
	require.NoError(t, err, string(out))
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "*.go"))
	require.NoError(t, err)
	names := make(map[string]bool)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				names[n.Name.Name] = true
			case *ast.ValueSpec:
				for _, ident := range n.Names {
					names[ident.Name] = true
				}
			case *ast.Field:
				for _, ident := range n.Names {
					names[ident.Name] = true
				}
			}
			return true
		})
	}
	return names
}

// Package retrygen_test holds the tests of the module as a whole.
package retrygen_test

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/retrygen/retrygen"

// linked are the packages that end up in users' programs.
var linked = []string{"backoff", "breaker", "fleet", "internal/bounded", "internal/grammar", "internal/quorum", "internal/striped", "internal/virtual", "policy", "retrypage", "runtime"}

// forbidden are the direct imports that must never be. A path that ends in /
// stands for all below it.
var forbidden = []struct {
	folder, path, reason string
}{
	{"runtime", "net/http", "programs without HTTP must not link it"},
	{"policy", "net/http", "programs without HTTP must not link it"},
	{"backoff", "net/http", "programs without HTTP must not link it"},
	{"breaker", "net/http", "programs without HTTP must not link it"},
	{"runtime", "database/sql", "programs without a database must not link it"},
	{"runtime", "go/", "a program that makes calls has no use for a compiler's front end"},
	{"internal/grammar", "net/http", "programs without HTTP must not link it"},
	{"internal/grammar", "go/", "the grammar is text and numbers; Go names are the generator's"},
	{"internal/grammar", module + "/policy", "the grammar is text and values; a policy is made of them"},
	{"policy", "go/", "a policy is numbers only"},
	{"runtime", module + "/gen", "the generator is a tool, not a part of programs"},
	{"policy", module + "/gen", "a policy is below the generator"},
	{"policy", module + "/runtime", "a policy is a value; what acts on it is above"},
	{"backoff", module + "/policy", "delays are useful without the grammar"},
	{"backoff", module + "/runtime", "delays are useful without the runtime"},
	{"backoff", module + "/breaker", "delays know no breaker"},
	{"breaker", module + "/policy", "the breaker is useful without the grammar"},
	{"breaker", module + "/runtime", "the breaker is useful without the runtime"},
	{"breaker", module + "/backoff", "the breaker knows no delays"},
	{"internal/striped", module + "/policy", "a counter knows nothing of what it counts"},
	{"internal/quorum", module + "/breaker", "the rule of a fleet is about times and counts; its driver has the breakers"},
	{"internal/quorum", "context", "the rule does not wait, and has no goroutine"},
	{"internal/quorum", "encoding/json", "how messages travel is up to the driver"},
	{"internal/virtual", module + "/runtime", "the runtime asks it for the time, not the other way round"},
	{"internal/virtual", module + "/breaker", "the breaker asks it for the time, not the other way round"},
	{"internal/virtual", module + "/policy", "a policy needs the breaker, which needs virtual time"},
	{"policy", module + "/internal/virtual", "a policy is numbers; only what acts on it has a clock"},
	{"backoff", module + "/internal/virtual", "delays get time and randomness as arguments"},
	{"httpretry", module + "/internal/virtual", "a simulation makes no HTTP requests"},
	{"gen", module + "/internal/virtual", "the generator makes no calls"},
	{"internal/figures", module + "/internal/virtual", "figures are computed, not simulated"},
	{"gen", module + "/runtime", "generating for a runtime needs its import path, not its code"},
	{"gen/internal/diag", module + "/gen/", "errors and words stand below every phase"},
	{"gen/internal/shape", module + "/gen/", "questions about Go types stand below every phase, and have no opinion to report"},
	{"gen/internal/model", module + "/gen/internal/diag", "the model is data; it reports nothing"},
	{"gen/internal/model", module + "/gen/internal/load", "the model is data that the phases pass on"},
	{"gen/internal/model", module + "/gen/internal/directive", "the model is data that the phases pass on"},
	{"gen/internal/model", module + "/gen/internal/resolve", "the model is data that the phases pass on"},
	{"gen/internal/model", "go/ast", "the model holds positions, not syntax"},
	{"gen/internal/load", module + "/gen/internal/directive", "loading gets its stand-ins from a callback"},
	{"gen/internal/load", module + "/gen/internal/resolve", "loading comes first"},
	{"gen/internal/directive", module + "/gen/internal/resolve", "reading comments decides nothing"},
	{"gen/internal/resolve", module + "/gen/internal/render", "resolving decides, rendering writes"},
	{"gen/internal/render", module + "/gen/internal/load", "rendering knows the model only"},
	{"gen/internal/render", module + "/gen/internal/resolve", "rendering never checks"},
	{"gen/internal/layout", module + "/gen/internal/model", "laying out text needs no model"},
	{"gen/internal/words", module + "/gen/internal/render", "rendering asks for sentences, not the other way round"},
	{"gen/internal/words", module + "/gen/internal/resolve", "words tell what was decided"},
	{"gen/internal/explain", module + "/gen/internal/resolve", "an explanation shows what was decided"},
	{"gen/internal/explain", module + "/gen/internal/render", "an explanation needs no code"},
	{"internal/libraries", module + "/gen/", "the table of libraries knows no wrappers"},
	{"internal/libraries", module + "/runtime", "the table holds code as text, and runs none"},
	{"gen/internal/review", module + "/gen/internal/load", "a review is about what was decided"},
	{"gen/internal/review", module + "/gen/internal/resolve", "a review is about what was decided"},
	{"gen/internal/review", module + "/gen/internal/render", "a review needs no code"},
	{"gen/internal/explain", module + "/gen/internal/review", "a review builds on explanations, not the other way round"},
	{"gen/internal/adopt", module + "/gen/internal/render", "what it writes is source that a person owns, not a wrapper"},
	{"gen/internal/adopt", module + "/gen/internal/resolve", "it chooses directives; what they do is decided later"},
	{"gen/internal/review", module + "/gen/internal/adopt", "a review is about what is written, and it does not matter who wrote it"},
	{"cmd/retrygen", module + "/internal/figures", "the command prints figures, and computes none"},
	{"internal/figures", module + "/gen/", "figures follow from the numbers of a policy"},
	{"internal/figures", module + "/runtime", "figures are computed; only their tests make calls"},
	{"internal/figures", "math/rand/v2", "the same policy always has the same figures"},
	{"runtime", module + "/retrypage", "programs without the page must not link it"},
	{"breaker", module + "/retrypage", "programs without the page must not link it"},
	{"policy", module + "/retrypage", "programs without the page must not link it"},
	{"httpretry", module + "/retrypage", "programs without the page must not link it"},
	{"runtime", module + "/fleet", "programs of a single process must not link it"},
	{"breaker", module + "/fleet", "a breaker does not know who tells it what others see"},
	{"policy", module + "/fleet", "a policy does not know who changes it"},
	{"retrypage", module + "/fleet", "programs of a single process must not link it"},
	{"fleet", module + "/fleet/fleettest", "programs must not link what is for tests"},
	{"fleet", module + "/retrypage", "programs without the page must not link it"},
	{"fleet", "net", "the connection to an engine belongs to the engine's package"},
	{"fleet", module + "/fleet/redisbus", "an engine depends on the fleet, not the other way round"},
	{"fleet", module + "/fleet/natsbus", "an engine depends on the fleet, not the other way round"},
	{"fleet/redisbus", module + "/fleet/natsbus", "the engines do not know each other"},
	{"fleet/natsbus", module + "/fleet/redisbus", "the engines do not know each other"},
	{"cmd/retrygen", module + "/fleet/redisbus", "the command runs retrygen-fleet, and needs no client of an engine"},
	{"cmd/retrygen", module + "/fleet/natsbus", "the command runs retrygen-fleet, and needs no client of an engine"},
	{"fleet/cmd/retrygen-fleet", module + "/runtime", "the command changes a document, and applies none"},
	{"fleet/cmd/retrygen-fleet", module + "/gen", "the command retrygen checks documents with a module's interfaces"},
	{"fleet/redisbus", module + "/breaker", "an engine carries bytes, and does not read them"},
	{"fleet/natsbus", module + "/breaker", "an engine carries bytes, and does not read them"},
	{"fleet", "net/http", "programs without HTTP must not link it"},
	{"runtime", module + "/retrytest", "programs must not link what is for tests"},
	{"retrypage", module + "/retrytest", "programs must not link what is for tests"},
	{"retrytest", module + "/gen/", "tests of calls need no generator"},
	{"retrytest", module + "/internal/", "it uses what any program can use"},
	{"retrytest", "net/http", "tests without HTTP must not link it"},
	{"retrypage", module + "/gen/", "the page shows what runs; it generates nothing"},
	{"retrypage", module + "/internal/", "the page uses what any program can use"},
	{"adapters/otel", module + "/policy", "an adapter reads hooks and snapshots, and knows no policies"},
	{"adapters/otel", module + "/adapters/prometheus", "the adapters do not know each other"},
	{"internal/simulate", module + "/gen", "a policy is simulated, not the interface that has it"},
	{"internal/simulate", module + "/breaker", "retries, breakers and budgets are those of the runtime; there is no second implementation"},
	{"internal/simulate", module + "/backoff", "delays are those of the runtime"},
	{"internal/simulate", "os", "a simulation depends on its seed and settings only"},
	{"analyzer", module + "/gen/", "the analyzers read code, and generate nothing"},
	{"analyzer", module + "/runtime", "the analyzers know the runtime by its path, and link none of it"},
	{"gen", "os/exec", "the go command is go/packages' to run"},
	{"cmd/retrygen", module + "/runtime", "the command is thin: it calls gen, and prints"},
	{"cmd/retrygen", "go/", "the command is thin: it calls gen, and prints"},
}

func TestForbiddenImports(t *testing.T) {
	for _, f := range forbidden {
		t.Run(strings.TrimPrefix(f.folder+" imports "+f.path, module), func(t *testing.T) {
			requireExists(t, f.path)
			for file, imports := range importsOf(t, f.folder) {
				for _, path := range imports {
					bad := path == f.path || strings.HasSuffix(f.path, "/") && strings.HasPrefix(path, f.path)
					assert.False(t, bad, "%s imports %s: %s", file, path, f.reason)
				}
			}
		})
	}
}

// Users' programs get the module's requirements into their go.mod, but only the
// standard library into their binaries.
func TestLinkedPackagesNeedOnlyTheStandardLibrary(t *testing.T) {
	for _, folder := range linked {
		for file, imports := range importsOf(t, folder) {
			for _, path := range imports {
				first, _, _ := strings.Cut(path, "/")
				ours, isOurs := strings.CutPrefix(path, module+"/")
				if isOurs {
					assert.Contains(t, linked, ours, "%s imports %s", file, path)
				} else {
					assert.NotContains(t, first, ".", "%s imports %s", file, path)
				}
			}
		}
	}
}

// requireExists fails on a rule about a package that is no longer there, which
// would forbid nothing.
func requireExists(t *testing.T, path string) {
	t.Helper()
	dir, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		dir = filepath.Join(goRoot(t), "src", filepath.FromSlash(path))
	}
	info, err := os.Stat(dir)
	require.NoError(t, err, "a rule names a package that does not exist")
	require.True(t, info.IsDir())
}

// importsOf returns the imports of a folder's files, tests left out.
func importsOf(t *testing.T, folder string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	require.NotEmpty(t, files, "a rule names folder %s, which has no Go files", folder)
	imports := make(map[string][]string)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			imports[name] = append(imports[name], path)
		}
	}
	return imports
}

// goRoot is where the standard library's sources are.
func goRoot(t *testing.T) string {
	t.Helper()
	out, err := goCommand("env", "GOROOT")
	require.NoError(t, err)
	return strings.TrimSpace(out)
}

func goCommand(args ...string) (string, error) {
	out, err := exec.Command("go", args...).CombinedOutput()
	return string(out), err
}

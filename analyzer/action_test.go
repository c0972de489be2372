package analyzer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The tests of what CI runs are in this module because the main one needs no YAML.
const actionFolder = "../.github/actions/retrygen"

// An action is a composite action, as action.yml describes it.
type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string
		Default     *string
	}
	Runs struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	Name, Run, Shell, If string
	Env                  map[string]string
	WorkingDirectory     string `yaml:"working-directory"`
}

// What a step of the action runs exists and can be executed, and each input that it uses is
// declared with a default.
func TestAction(t *testing.T) {
	var action action
	content := readYAML(t, actionFolder+"/action.yml", &action)
	assert.Equal(t, "composite", action.Runs.Using)
	used := make(map[string]bool)
	for _, rest := range strings.Split(content, "inputs.")[1:] {
		used[rest[:strings.IndexAny(rest, " })")]] = true
	}
	for name, input := range action.Inputs {
		assert.True(t, used[name], "nothing uses the input %s", name)
		assert.NotEmpty(t, input.Description, name)
		assert.NotNil(t, input.Default, name)
	}
	for name := range used {
		assert.Contains(t, action.Inputs, name)
	}
	scripts := 0
	for _, step := range action.Runs.Steps {
		assert.Equal(t, "bash", step.Shell, step.Name)
		assert.NotContains(t, step.Run, "${{", "%s: an input in a script is code that anybody can write", step.Name)
		if name, ok := strings.CutPrefix(strings.Trim(step.Run, `'"`), "$GITHUB_ACTION_PATH/"); ok {
			scripts++
			info, err := os.Stat(filepath.Join(actionFolder, name))
			require.NoError(t, err)
			assert.NotZero(t, info.Mode()&0o100, "%s is not executable", name)
		}
	}
	assert.Equal(t, 2, scripts)
}

func TestPreCommitHooks(t *testing.T) {
	var hooks []struct {
		ID, Name, Description, Entry, Language string
		Args                                   []string
	}
	readYAML(t, "../.pre-commit-hooks.yaml", &hooks)
	require.Len(t, hooks, 3)
	page, err := os.ReadFile("../docs/ci.md")
	require.NoError(t, err)
	for _, hook := range hooks {
		assert.NotEmpty(t, hook.Name)
		assert.NotEmpty(t, hook.Description)
		assert.Equal(t, "system", hook.Language)
		assert.True(t, strings.HasPrefix(hook.Entry, "go tool retry"), hook.Entry)
		assert.Contains(t, string(page), "id: "+hook.ID)
	}
}

// The scripts of the action, in a repository with a commit to compare with.
func TestActionScripts(t *testing.T) {
	for _, command := range []string{"git", "bash", "diff", "sed"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("there is no %s", command)
		}
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir, work := t.TempDir(), t.TempDir()
	module := filepath.Join(dir, "shop") // not the root of the repository
	newModule(t, module)
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(module, name), []byte(content), 0o644))
	}
	run := func(script string, env ...string) (string, error) {
		cmd := exec.Command("bash", "-c", script)
		cmd.Dir = module
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com",
			"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GITHUB_STEP_SUMMARY="+filepath.Join(work, "summary.md"),
			"REPORT="+filepath.Join(work, "report.md"))
		cmd.Env = append(cmd.Env, env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(script string, env ...string) string {
		t.Helper()
		out, err := run(script, env...)
		require.NoError(t, err, out)
		return out
	}
	report := func() string {
		content, err := os.ReadFile(filepath.Join(work, "report.md"))
		require.NoError(t, err)
		return string(content)
	}
	check, review := filepath.Join(root, "analyzer", actionFolder, "check.sh"), filepath.Join(root, "analyzer", actionFolder, "review.sh")

	source := "package shop\n\nimport \"context\"\n\n//retry:exponential-jitter attempts=3\n//retry:timeout attempt=1s\ntype Shop interface {\n\tGet(ctx context.Context) error\n}\n"
	write("shop.go", source)

	out, err := run(check)
	assert.Error(t, err, "the wrapper is missing")
	assert.Contains(t, out, "shop_retry.go")
	must("go tool retrygen && git init -q .. && git add -A && git commit -q -m base")
	must(check)
	base := strings.TrimSpace(must("git rev-parse HEAD"))

	write("shop.go", strings.Replace(source, "//retry:exp", "// Shop is a shop.\n//\n//retry:exp", 1))
	must(review, "BASE="+base)
	assert.Contains(t, report(), "Nothing has changed.", "only lines have moved")

	write("shop.go", strings.Replace(source, "attempts=3", "attempts=5", 1))
	must(review, "BASE="+base, "FLAGS=-deadline 2s")
	assert.Contains(t, report(), "`````diff\n--- base\n+++ head\n")
	assert.Regexp(t, `(?m)^-.*up to 3`, report())
	assert.Regexp(t, `(?m)^\+.*up to 5`, report())
	assert.Contains(t, report(), "<details><summary>The whole review</summary>")
	assert.Equal(t, base, strings.TrimSpace(must("git worktree list --porcelain | sed -n 's/^HEAD //p'")), "the copy of the base is gone")
	summary, err := os.ReadFile(filepath.Join(work, "summary.md"))
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(string(summary), report()))

	must(review, "BASE=")
	assert.NotContains(t, report(), "diff", "without a base there is only the review")

	write("shop.go", strings.Replace(source, "attempts", "atempts", 1))
	out, err = run(review, "BASE="+base)
	assert.Error(t, err)
	assert.Contains(t, out, `unknown key "atempts"`)
}

// newModule makes a module with retrygen as a tool. It requires what retrygen does, so it needs
// no network.
func newModule(t *testing.T, dir string) {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	sums, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	requirements, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	_, required, _ := strings.Cut(string(requirements), "require (")
	required, _, _ = strings.Cut(required, "\ntool ")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shop\n\ngo 1.26.0\n\n"+
		"tool github.com/retrygen/retrygen/cmd/retrygen\n\nrequire github.com/retrygen/retrygen v0.0.0\n\n"+
		"replace github.com/retrygen/retrygen => "+root+"\n\nrequire ("+required+"\n"), 0o644))
}

func readYAML(t *testing.T, name string, into any) string {
	t.Helper()
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, into))
	return string(content)
}

// Each page that llms.txt names exists.
func TestLLMs(t *testing.T) {
	content, err := os.ReadFile("../llms.txt")
	require.NoError(t, err)
	links := regexp.MustCompile(`\]\(https://github\.com/retrygen/retrygen/blob/main/([^)#]+)`).FindAllStringSubmatch(string(content), -1)
	require.Greater(t, len(links), 8)
	for _, link := range links {
		assert.FileExists(t, filepath.Join("..", link[1]))
	}
	verbs, err := os.ReadFile("../docs/directives.md")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile("(?m)^- `//retry:([a-z-]+)").FindAllStringSubmatch(string(content), -1) {
		assert.Contains(t, string(verbs), "`"+m[1], "the reference has no verb %s", m[1])
	}
}

package analyzer_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// All steps of the action run in turn, as GitHub runs them, in a repository whose second
// commit changes a policy. A fake gh keeps what it gets, because the real one would write the
// comment.
func TestActionComments(t *testing.T) {
	for _, command := range []string{"git", "bash", "diff", "sed"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("there is no %s", command)
		}
	}
	var action action
	readYAML(t, actionFolder+"/action.yml", &action)
	folder, err := filepath.Abs(actionFolder)
	require.NoError(t, err)
	repository, temp, bin := t.TempDir(), t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "gh"), []byte(`#!/bin/sh
echo "$GH_REPO $*" >"$RUNNER_TEMP/gh.args"
while [ $# -gt 0 ]; do
	if [ "$1" = --body-file ]; then cp "$2" "$RUNNER_TEMP/gh.body"; fi
	shift
done
`), 0o755))
	env := append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"RUNNER_TEMP="+temp, "GITHUB_ACTION_PATH="+folder, "GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary.md"))
	bash := func(script, dir string, more ...string) string {
		t.Helper()
		// GitHub runs bash steps with these flags.
		command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
		command.Dir, command.Env = dir, append(env, more...)
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}

	const source = "package shop\n\nimport \"context\"\n\n//retry:exponential-jitter attempts=3\ntype Shop interface {\n\tGet(ctx context.Context) error\n}\n"
	module := filepath.Join(repository, "shop")
	newModule(t, module)
	write := func(source string) {
		require.NoError(t, os.WriteFile(filepath.Join(module, "shop.go"), []byte(source), 0o644))
	}
	write(source)
	bash("go tool retrygen && git init -q .. && git add -A && git commit -q -m base", module)
	base := bash("git rev-parse HEAD", module)
	write(strings.Replace(source, "attempts=3", "attempts=6", 1))
	bash("go tool retrygen && git add -A && git commit -q -m change", module)

	values := map[string]string{
		"inputs.packages": "./...", "inputs.working-directory": "shop", "inputs.base": base, "inputs.flags": "-deadline 2s", "inputs.token": "secret",
		"runner.temp": temp, "github.repository": "example/shop", "github.event.pull_request.number": "7",
	}
	expand := func(text string) string {
		return expression.ReplaceAllStringFunc(text, func(found string) string {
			name := expression.FindStringSubmatch(found)[1]
			require.Contains(t, values, name, "an expression that this test does not know")
			return values[name]
		})
	}
	for _, step := range action.Runs.Steps {
		more := []string{}
		for name, value := range step.Env {
			more = append(more, name+"="+expand(value))
		}
		bash(step.Run, filepath.Join(repository, expand(step.WorkingDirectory)), more...)
	}

	args, err := os.ReadFile(filepath.Join(temp, "gh.args"))
	require.NoError(t, err)
	assert.Equal(t, "example/shop pr comment 7 --body-file "+filepath.Join(temp, "retrygen-review.md")+" --edit-last --create-if-none\n", string(args))
	body, err := os.ReadFile(filepath.Join(temp, "gh.body"))
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(body, []byte("## retrygen review\n\n`````diff\n")), "%s", body)
	assert.Regexp(t, `(?m)^-.*up to 3`, string(body))
	assert.Regexp(t, `(?m)^\+.*up to 6`, string(body))
	assert.NotContains(t, string(body), "secret")
}

var expression = regexp.MustCompile(`\$\{\{ ([a-z._-]+) \}\}`)

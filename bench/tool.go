package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A tool is one way to spend time on a module.
type tool struct {
	name     string
	commands func(m *module) [][]string
	config   string                // a .mockery.yml
	env      []string              // in addition to that of this process
	before   func(m *module) error // runs before each run
	mayFail  bool                  // a failure is shown in the table and does not fail the benchmark
}

// peers are the generators that the tool lines of go.mod name.
var peers = map[string]string{
	"stringer": "golang.org/x/tools/cmd/stringer",
	"moq":      "github.com/matryer/moq",
	"mockery":  "github.com/vektra/mockery/v3",
	"mockgen":  "go.uber.org/mock/mockgen",
}

// build builds the generators into a folder; ours comes from the module at root.
func build(dir, root string) error {
	compile := func(name, path, from string) error {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, name), path)
		cmd.Dir = from
		_, err := run(cmd, false)
		return err
	}
	for name, path := range peers {
		if err := compile(name, path, ""); err != nil {
			return err
		}
	}
	return compile("retrygen", "./cmd/retrygen", root)
}

// floor is the least that a tool which needs types has to ask of the go command.
func floor(patterns string) tool {
	return tool{name: "L", commands: func(*module) [][]string {
		return [][]string{{"go", "list", "-e", "-export", "-deps", patterns}}
	}}
}

func retrygen(patterns string) tool {
	return tool{name: "retrygen", commands: func(*module) [][]string { return [][]string{{"retrygen", patterns}} }}
}

func stringer() tool {
	return tool{name: "stringer", commands: func(*module) [][]string { return [][]string{{"stringer", "-type=Kind"}} }}
}

func moq() tool {
	return tool{name: "moq", commands: func(m *module) [][]string {
		return [][]string{append([]string{"moq", "-out", "moq_mock.go", "."}, m.interfaces...)}
	}}
}

// moqEach runs moq once for each package, because it takes no patterns.
func moqEach(count int) tool {
	return tool{name: "moq, a process each", commands: func(*module) [][]string {
		var all [][]string
		for i := range count {
			all = append(all, []string{"moq", "-out", fmt.Sprintf("p%d/moq_mock.go", i), fmt.Sprintf("./p%d", i), "Client"})
		}
		return all
	}}
}

func mockgen() tool {
	return tool{name: "mockgen", commands: func(m *module) [][]string {
		return [][]string{{"mockgen", "-destination", "mockgen_mock.go", "-package", "m", "example.com/m", strings.Join(m.interfaces, ",")}}
	}}
}

func mockgenSource() tool {
	return tool{name: "mockgen -source", commands: func(*module) [][]string {
		return [][]string{{"mockgen", "-destination", "mockgen_mock.go", "-package", "m", "-source", "m.go"}}
	}}
}

func mockery() tool {
	return tool{
		name:     "mockery",
		commands: func(*module) [][]string { return [][]string{{"mockery", "--log-level", "error"}} },
		config: "dir: '{{.InterfaceDir}}'\nfilename: mockery_mock.go\npkgname: '{{.SrcPackageName}}'\nstructname: Mock{{.InterfaceName}}\n" +
			"template: testify\nformatter: gofmt\nall: true\nrecursive: true\npackages:\n  example.com/m: {}\n",
	}
}

// cold lets a tool run with an empty build cache.
func (t tool) cold(cache string) tool {
	t.name += ", cold"
	t.env = append(t.env, "GOCACHE="+cache)
	t.before = func(*module) error { return os.RemoveAll(cache) }
	return t
}

// run runs the tool on the module, after it has removed the outputs of all tools.
func (t tool) run(m *module, bin string, watched bool) (sample, error) {
	for _, pattern := range m.outputs {
		paths, err := filepath.Glob(filepath.Join(m.dir, pattern))
		if err != nil {
			return sample{}, err
		}
		if err := remove(paths...); err != nil {
			return sample{}, err
		}
	}
	if t.config != "" {
		if err := os.WriteFile(filepath.Join(m.dir, ".mockery.yml"), []byte(t.config), 0o666); err != nil {
			return sample{}, err
		}
	}
	if t.before != nil {
		if err := t.before(m); err != nil {
			return sample{}, err
		}
	}
	var total sample
	for _, args := range t.commands(m) {
		name := args[0]
		if name != "go" {
			name = filepath.Join(bin, name)
		}
		cmd := exec.Command(name, args[1:]...)
		cmd.Dir, cmd.Env = m.dir, append(os.Environ(), t.env...)
		s, err := run(cmd, watched)
		if err != nil {
			return sample{}, err
		}
		total.wall += s.wall
		total.peak = max(total.peak, s.peak)
	}
	return total, nil
}

package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// A program is one whose build is measured: a package of clients, some of them
// wrapped, which calls each method through its interface, so that the linker keeps
// them all, and a main.
type program struct {
	name    string
	wrapped int // how many of the clients
	edits   int
}

// programs are compared. All have the same clients; the one with a single wrapper
// tells what the first costs, which brings the runtime, from what each further costs.
func programs() []*program {
	return []*program{{name: "plain"}, {name: "1 wrapped", wrapped: 1}, {name: "100 wrapped", wrapped: clientCount}}
}

// What the programs have.
const (
	clientCount = 100
	methodCount = 10
)

// arguments are those of the calls of the methods, by their shapes in methods.
var arguments = []string{"ctx, nil", "ctx, 0", "ctx, 0, 0", `ctx, "", nil`, "ctx, nil"}

// files writes the program. The wrappers are not in it yet.
func (p *program) files() files {
	text, names := clients(clientCount, methodCount)
	text = strings.Replace(text, "package m\n", "package clients\n", 1)

	var use strings.Builder
	use.WriteString("package clients\n\nimport \"context\"\n\n")
	use.WriteString("// Use calls all clients.\nfunc Use(ctx context.Context) {\n")
	for i, name := range names {
		construct := "real" + name + "{}"
		if i < p.wrapped {
			construct = "NewResilient" + name + "(" + construct + ", nil)"
		}
		fmt.Fprintf(&use, "\tuse%s(ctx, %s)\n", name, construct)
	}
	use.WriteString("}\n\n")
	for _, name := range names {
		fmt.Fprintf(&use, "type real%s struct{ %s }\n\nfunc use%s(ctx context.Context, c %s) {\n", name, name, name, name)
		for m := range methodCount {
			fmt.Fprintf(&use, "\tc.M%d(%s)\n", m, arguments[m%len(arguments)])
		}
		use.WriteString("}\n\n")
	}
	return files{
		"clients/clients.go": text,
		"clients/use.go":     use.String(),
		"main.go":            "package main\n\nimport (\n\t\"context\"\n\n\t\"example.com/m/clients\"\n)\n\nfunc main() { clients.Use(context.Background()) }\n",
	}
}

// wrap generates the wrappers.
func (p *program) wrap(ctx context.Context, dir string) error {
	if p.wrapped == 0 {
		return nil
	}
	var names []string
	for i := range p.wrapped {
		names = append(names, fmt.Sprintf("Client%d", i))
	}
	result, err := gen.Generate(ctx, gen.Config{Dir: dir, Patterns: []string{"./clients"}, Types: names})
	if err != nil {
		return err
	}
	for _, file := range result.Files {
		if err := os.WriteFile(file.Path, file.Content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// compile compiles the package of clients and nothing else: it is edited first, so
// that the build cache has all but it.
func (p *program) compile(dir string) error {
	p.edits++
	text := fmt.Sprintf("package clients\n\nconst edit = \"%s %d\"\n", dir, p.edits)
	if err := os.WriteFile(filepath.Join(dir, "clients", "edit.go"), []byte(text), 0o666); err != nil {
		return err
	}
	_, err := run(command(dir, "go", "build", "./clients"), false)
	return err
}

// size links the program, and returns how large it is in bytes.
func (p *program) size(dir string) (int64, error) {
	binary := filepath.Join(dir, "program.out")
	if _, err := run(command(dir, "go", "build", "-o", binary, "."), false); err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

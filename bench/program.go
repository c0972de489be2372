package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/gen"
)

// A program has a measured build. It has a package of clients, some of them wrapped, and a
// main. The package calls each method through its interface, so that the linker keeps them
// all.
type program struct {
	name    string
	wrapped int // how many of the clients
	edits   int
}

// programs are compared. All have the same clients. The first wrapper brings the runtime
// with it, so the program with a single one tells its cost from that of each further one.
func programs() []*program {
	return []*program{{name: "plain"}, {name: "1 wrapped", wrapped: 1}, {name: "100 wrapped", wrapped: clientCount}}
}

// Sizes of the programs.
const (
	clientCount = 100
	methodCount = 10
)

// arguments are the arguments of the calls, for each of the shapes in methods.
var arguments = []string{"ctx, nil", "ctx, 0", "ctx, 0, 0", `ctx, "", nil`, "ctx, nil"}

// files writes the program, without the wrappers.
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

// compile compiles only the package of clients. It edits the package first, so that the
// build cache has everything else.
func (p *program) compile(dir string) error {
	p.edits++
	text := fmt.Sprintf("package clients\n\nconst edit = \"%s %d\"\n", dir, p.edits)
	if err := os.WriteFile(filepath.Join(dir, "clients", "edit.go"), []byte(text), 0o666); err != nil {
		return err
	}
	_, err := run(command(dir, "go", "build", "./clients"), false)
	return err
}

// size links the program and returns its size in bytes.
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

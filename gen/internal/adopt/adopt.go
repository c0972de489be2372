// Package adopt helps a module to begin with retrygen: it writes an annotated interface for a
// client that is a struct, and finds the interfaces that are worth a wrapper.
//
// It takes packages with their types, and returns text and lists. It decides by what types
// and names show, and says in a comment why. It writes no files, and does not know how a
// wrapper is made.
package adopt

import (
	"go/types"
	"path/filepath"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
)

// An Ask says which interface to write.
type Ask struct {
	From    string   // a type, as s3.Client or github.com/aws/aws-sdk-go-v2/service/s3.Client
	Methods []string // of the type; at least one
	Name    string   // of the interface; "": made from the package and the type, as S3Client
	File    string   // absolute, or below the folder of the package; "": the name in lower case
}

// A Draft is a file with an annotated interface.
type Draft struct {
	Path    string // absolute
	Content []byte
	Name    string   // of the interface
	Wrapper string   // its constructor
	Client  string   // the type that fits it, as *s3.Client
	Switch  string   // what the user should switch off in the client, because it retries too; "" for nothing
	Unknown string   // the package whose errors no library of retrygen knows; "" if they are known
	Imports []string // the paths that the file imports
}

// Write drafts an annotated interface for a client, as a file of package pkg. The packages
// are those that a name in Ask.From may come from.
func Write(pkg *load.Package, packages []*load.Package, ask Ask) (*Draft, diag.Errors) {
	d := &drafting{pkg: pkg, packages: packages, ask: ask}
	d.Fset = pkg.Fset
	client := d.findClient()
	if client == nil {
		return nil, d.Errs
	}
	methods := d.findMethods(client)
	draft := d.place(client)
	if len(d.Errs) > 0 {
		return nil, d.Errs
	}
	choices := choose(pkg, client, methods)
	if choices == nil {
		d.refuse("name methods that do", "none of the methods of "+client.name+" takes a context or returns an error, so a wrapper could do nothing for them")
		return nil, d.Errs
	}
	draft.Switch, draft.Unknown = choices.switchOff, choices.unknown
	d.render(draft, client, choices)
	return draft, nil
}

// A drafting is one run of Write.
type drafting struct {
	diag.Reporter
	pkg      *load.Package
	packages []*load.Package
	ask      Ask
}

// refuse reports a mistake on the command line.
func (d *drafting) refuse(hint, msg string) {
	d.Errs = append(d.Errs, &diag.Error{Msg: msg, Hint: hint})
}

// place decides the names of the interface and of the file, and refuses those that are taken.
func (d *drafting) place(client *client) *Draft {
	draft := &Draft{Name: d.ask.Name, Client: client.name}
	hint := "give another name with -name"
	if draft.Name == "" {
		draft.Name = client.interfaceName()
	}
	if !model.Importable(draft.Name) || !types.NewTypeName(0, nil, draft.Name, nil).Exported() {
		d.refuse("write a name such as "+client.interfaceName(), "-name "+draft.Name+" is not an exported Go name")
		return draft
	}
	wrapper := "Resilient" + draft.Name
	draft.Wrapper = model.ConstructorName(wrapper)
	declared := load.DeclaredNames(d.pkg.Files)
	for _, name := range []string{draft.Name, wrapper, draft.Wrapper} {
		if pos, ok := declared[name]; ok {
			d.Report(pos, hint, "package "+d.pkg.Name+" declares "+name+" already")
		} else if d.pkg.Names[name] {
			d.refuse(hint, "package "+d.pkg.Name+" declares "+name+" already")
		}
	}
	draft.Path = d.ask.File
	if draft.Path == "" {
		draft.Path = strings.ToLower(draft.Name) + ".go"
	}
	if !filepath.IsAbs(draft.Path) {
		draft.Path = filepath.Join(d.pkg.Dir, draft.Path)
	}
	switch base := filepath.Base(draft.Path); {
	case filepath.Dir(draft.Path) != d.pkg.Dir:
		d.refuse("run retrygen init in the folder of the package", "-o "+d.ask.File+" is not in the folder of package "+d.pkg.Name)
	case !strings.HasSuffix(base, ".go"), strings.HasSuffix(base, "_test.go"):
		d.refuse("write -o "+strings.ToLower(draft.Name)+".go", "-o "+d.ask.File+" is not the name of a Go file outside of tests")
	}
	return draft
}

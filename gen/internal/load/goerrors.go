package load

import (
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
)

// accidents are common failures of the go command. If its output contains sign, msg
// replaces it, unless msg is empty, and hint says what helps.
var accidents = []struct{ sign, msg, hint string }{
	{"go.mod file not found", "there is no go.mod here or above", "go mod init MODULE"},
	{"cannot find main module", "there is no go.mod here or above", "go mod init MODULE"},
	{`exec: "go": executable file not found`, "the go command is not in the PATH", "install Go, or add its bin folder to the PATH"},
	{"; GOTOOLCHAIN=local)", "", "install that version of Go, or set GOTOOLCHAIN=auto so that the go command downloads it"},
	{"is not one of the workspace modules", "go.work does not list the module in this folder", "go work use ."},
	{"listed in go.work file", "", "give it a go.mod, or run go work edit -dropuse=FOLDER"},
	{"run 'go work vendor'", "the vendor folder does not match go.work", "go work vendor"},
	{"inconsistent vendoring", "the vendor folder does not match go.mod", "go mod vendor"},
	{"-mod may only be set to readonly or vendor", "GOFLAGS sets -mod, which does not work with go.work", "remove it from GOFLAGS, or set GOWORK=off"},
	{") does not contain package ", "", "run retrygen in the folder of its module"},
	{"build cache is", "", "set GOCACHE to a folder that the go command can write to"},
	{"initialize build cache", "", "set GOCACHE to a folder that the go command can write to"},
	{"disabled by GOPROXY=off", "", "GOPROXY=off stops the go command from downloading it"},
}

// helps matches messages of the go command that name a command that helps.
var helps = regexp.MustCompile(`(?s)^(.+?)(?:, disabled by -mod=readonly)?[;:] to (?:add|update)(?: it)?:\n\t([^\n]+)`)

// explain turns the output of the go command into a message and a hint.
func explain(text string) (msg, hint string) {
	if _, said, found := strings.Cut(text, "stderr: "); found && strings.TrimSpace(said) != "" {
		text = said
	}
	text, _, _ = strings.Cut(text, "\nusage: go ")
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "go: "))
	for _, a := range accidents {
		if strings.Contains(text, a.sign) {
			if a.msg != "" {
				text = a.msg
			}
			return text, a.hint
		}
	}
	if m := helps.FindStringSubmatch(text); m != nil {
		return m[1], m[2]
	}
	return text, ""
}

// goModLine matches an error of the go command about a line of go.mod or go.work.
var goModLine = regexp.MustCompile(`^(.*go\.(?:mod|work):\d+(?::\d+)?): (.*)$`)

// explainAll is explain for output that may have several messages with positions.
func explainAll(text string) diag.Errors {
	var list diag.Errors
	for line := range strings.Lines(text) {
		if m := goModLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			list = append(list, &diag.Error{Pos: position(m[1]), Msg: m[2]})
		}
	}
	if list == nil {
		msg, hint := explain(text)
		list = diag.Errors{{Msg: msg, Hint: hint}}
	}
	return list
}

// folderAccidents are failures of the go command that name a folder.
var folderAccidents = []struct {
	sign      *regexp.Regexp // its group is the folder
	msg, hint string
}{
	{regexp.MustCompile(`^(?:stat )?(.+): directory not found$`), "this folder does not exist", ""},
	{regexp.MustCompile(`^pattern .+: lstat (.+): no such file or directory$`), "this folder does not exist", ""},
	{regexp.MustCompile(`^no Go files in (.+)$`), "the folder has no Go files", ""},
	{regexp.MustCompile(`^build constraints exclude all Go files in (.+)$`),
		"build constraints exclude all Go files", "use -tags TAGS, or set GOOS and GOARCH"},
	{regexp.MustCompile(`^(?:pattern .+: )?directory (?:prefix )?(.+?) (?:outside|does not contain) main module`),
		"the folder is outside the module", "run retrygen in the folder of its module"},
}

// severalPackages and notInStd match messages of the go command without a folder in them
// that only adds noise.
var (
	severalPackages = regexp.MustCompile(`^(found packages \S+ \((.+?)\) and \S+ \((.+?)\)) in (.+)$`)
	notInStd        = regexp.MustCompile(`^(package (\S+) is not in std) \(.+\)$`)
)

// rootAccidents explains the errors of a package of the patterns.
func (l *loader) rootAccidents(meta *packages.Package) diag.Errors {
	var list diag.Errors
	for _, e := range meta.Errors {
		if !l.inOutput(e) {
			list = append(list, l.rootAccident(e)...)
		}
	}
	if m := meta.Module; m != nil && version.Compare(version.Lang("go"+m.GoVersion), version.Lang(runtime.Version())) > 0 {
		list = append(list, &diag.Error{Pos: token.Position{Filename: m.GoMod},
			Msg:  "the module needs Go " + m.GoVersion + ", but retrygen was built with " + runtime.Version(),
			Hint: "build retrygen with that version: go install github.com/retrygen/retrygen/cmd/retrygen@latest, or go tool retrygen"})
	}
	if isForeign(meta) && slices.Contains(l.cfg.Patterns, meta.PkgPath) {
		list = append(list, &diag.Error{Msg: "package " + meta.PkgPath + " is in module " + meta.Module.Path + ", not in this one",
			Hint: "to wrap one of its interfaces, embed that interface in one of yours"})
	}
	return list
}

// isForeign reports whether a package belongs to a module that the user's module requires.
// Patterns such as all match such packages. Their folder may be in the module cache, which
// other modules share.
func isForeign(meta *packages.Package) bool { return meta.Module != nil && !meta.Module.Main }

func (l *loader) rootAccident(e packages.Error) diag.Errors {
	for _, a := range folderAccidents {
		m := a.sign.FindStringSubmatch(e.Msg)
		if m == nil {
			continue
		}
		if strings.HasSuffix(a.msg, "outside the module") && !hasModule(l.cfg.Dir) {
			return explainAll("go.mod file not found")
		}
		return diag.Errors{{Pos: token.Position{Filename: l.abs(m[1])}, Msg: a.msg, Hint: a.hint}}
	}
	if m := severalPackages.FindStringSubmatch(e.Msg); m != nil {
		return diag.Errors{{Pos: token.Position{Filename: m[4]}, Msg: m[1]}}
	}
	if m := notInStd.FindStringSubmatch(e.Msg); m != nil {
		return diag.Errors{{Msg: m[1], Hint: "to name a folder, write ./" + m[2]}}
	}
	list := explainAll(e.Msg)
	if pos := l.position(e); list[0].Pos == (token.Position{}) {
		list[0].Pos = pos
	}
	return list
}

// inOutput reports whether an error is only about an output of retrygen, which this run
// replaces: it does not parse, or still has an earlier package name.
func (l *loader) inOutput(e packages.Error) bool {
	isOutput := func(path string) bool {
		content, err := os.ReadFile(path)
		return err == nil && model.IsOutput(content)
	}
	if m := severalPackages.FindStringSubmatch(e.Msg); m != nil {
		return slices.ContainsFunc(m[2:4], func(name string) bool { return isOutput(filepath.Join(m[4], name)) })
	}
	return isOutput(l.position(e).Filename)
}

// position returns the position of an error, with an absolute path.
func (l *loader) position(e packages.Error) token.Position {
	pos := position(e.Pos)
	if pos.Filename != "" {
		pos.Filename = l.abs(pos.Filename)
	}
	return pos
}

func (l *loader) abs(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.cfg.Dir, path)
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// hasModule reports whether a folder or one above it has a go.mod or go.work.
func hasModule(dir string) bool {
	dir, err := filepath.Abs(dir)
	for err == nil {
		for _, name := range []string{"go.mod", "go.work"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				return true
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return false
}

// willBeVendored reports whether the module requires the runtime, and the vendor folder
// lacks it only because nothing imports it yet.
func (l *loader) willBeVendored(meta *packages.Package) bool {
	if len(meta.Errors) == 0 || !strings.Contains(meta.Errors[0].Msg, "-mod=vendor") {
		return false
	}
	dir, err := filepath.Abs(l.cfg.Dir)
	if err != nil {
		return false
	}
	root, _ := moduleOf(dir)
	list, err := os.ReadFile(filepath.Join(root, "vendor", "modules.txt"))
	module := strings.TrimSuffix(model.RuntimePath, "/runtime")
	return err == nil && strings.Contains("\n"+string(list), "\n# "+module+" ")
}

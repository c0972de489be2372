package gen

import (
	"strings"
)

// accidents are what tends to go wrong before any package is seen. The go
// command's words are looked for, and replaced by the cause and what helps.
var accidents = []struct{ sign, msg, hint string }{
	{"go.mod file not found", "there is no go.mod here or above", "go mod init MODULE"},
	{"cannot find main module", "there is no go.mod here or above", "go mod init MODULE"},
	{`exec: "go": executable file not found`, "the go command is not in the PATH", "install Go, or put its bin folder into the PATH"},
}

// explain turns what the go command says into a message and a hint.
func explain(text string) (msg, hint string) {
	for _, a := range accidents {
		if strings.Contains(text, a.sign) {
			return a.msg, a.hint
		}
	}
	_, after, found := strings.Cut(text, "stderr: ")
	if found {
		text = after
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "go: ")), ""
}

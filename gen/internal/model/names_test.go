package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLowerFirst(t *testing.T) {
	for in, want := range map[string]string{
		"Charge": "charge", "URLFor": "urlFor", "ID": "id", "HTTPGet": "httpGet", "A": "a", "already": "already", "Äh": "äh", "IDs": "iDs",
	} {
		assert.Equal(t, want, LowerFirst(in))
	}
}

func TestScopeTakes(t *testing.T) {
	s := Scope{"ctx": true}
	assert.Equal(t, "callCtx", s.Take("ctx", "callCtx"), "the first candidate that is free")
	assert.Equal(t, "callCtx2", s.Take("ctx", "callCtx"), "or the last one with a number")
	assert.Equal(t, "callCtx3", s.Take("ctx", "callCtx"))
	assert.Equal(t, "funcArg", s.Take("func", "funcArg"), "not a keyword")
	assert.Equal(t, "x", s.Take("", "_", "x"), "not a blank")
}

func TestImportable(t *testing.T) {
	for name, want := range map[string]bool{
		"http": true, "any": false, "string": false, "err": false, "_": false, "init": false, "not-a-name": false, "v2": true, "": false,
	} {
		assert.Equal(t, want, Importable(name), name)
	}
}

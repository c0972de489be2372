package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestDemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		demo(&out)
		assert.Equal(t, `  GetBook: Unavailable
  GetBook: ResourceExhausted
  GetBook: OK
GetBook(Emma): by Austen, <nil>

  GetBook: NotFound
GetBook(Ulysses): rpc error: code = NotFound

  AddBook: Unavailable
AddBook(Ulysses): rpc error: code = Unavailable
`, out.String())
	})
}

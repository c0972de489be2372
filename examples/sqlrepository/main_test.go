package main

import (
	"database/sql"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestDemo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		demo(&out)
		assert.Equal(t, `  BEGIN
  SELECT ann
  UPDATE ann: -30
  UPDATE bob: +30
  COMMIT: SQLSTATE 40001
  BEGIN
  SELECT ann
  UPDATE ann: -30
  UPDATE bob: +30
  COMMIT
Transfer(ann, bob, 30): <nil>

  SELECT bob
Balance(bob): 30, <nil>

  BEGIN
  SELECT ann
  ROLLBACK
Transfer(ann, bob, 1000): not enough money

  BEGIN
  SELECT ann
  UPDATE ann: -30
  UPDATE bob: +30
  COMMIT: connection lost
Transfer(ann, bob, 30): connection lost
`, out.String())
	})
}

// An unknown account is an answer, and comes back as database/sql returns it.
func TestUnknownAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := sql.OpenDB(&database{log: io.Discard})
		defer db.Close()
		_, err := NewResilientAccounts(&sqlAccounts{db: db}, nil).Balance(t.Context(), "eve")
		assert.Equal(t, sql.ErrNoRows, err)
	})
}

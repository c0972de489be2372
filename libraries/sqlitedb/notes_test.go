package sqlitedb

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver named sqlite

	"github.com/retrygen/retrygen/libraries/internal/rows"
	retry "github.com/retrygen/retrygen/runtime"
)

// Another connection writes, so this one is told that the database is busy.
func TestBusy(t *testing.T) {
	path := create(t)
	other, err := open(t, path).Conn(t.Context())
	require.NoError(t, err)
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	require.NoError(t, err)
	rows.Check(t, rows.Conflict, adding(open(t, path), 2, "text"))
	_, err = other.ExecContext(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.NoError(t, other.Close())
}

// The database refuses the note.
func TestConstraint(t *testing.T) {
	db := open(t, create(t))
	rows.Check(t, rows.Answer, adding(db, 1, "the id is taken"))
	rows.Hundred(t, adding(db, 1, "the id is taken"))
}

func TestNoTable(t *testing.T) {
	rows.Check(t, rows.Answer, adding(open(t, filepath.Join(t.TempDir(), "empty")), 1, "text"))
}

func TestNoRows(t *testing.T) {
	db := open(t, create(t))
	rows.Check(t, rows.Answer, with(db, func(ctx context.Context, notes Notes) error {
		_, err := notes.Text(ctx, 2)
		return err
	}))
}

// A database that is full, read-only or corrupt does not get better by itself.
func TestFaults(t *testing.T) {
	full := open(t, create(t))
	_, err := full.ExecContext(t.Context(), "PRAGMA max_page_count = 2")
	require.NoError(t, err)

	readOnly := open(t, "file:"+create(t)+"?mode=ro")

	corrupt := create(t)
	content, err := os.ReadFile(corrupt)
	require.NoError(t, err)
	for i := 4096; i < len(content); i++ { // all pages but that of the schema
		content[i] = 0xff
	}
	require.NoError(t, os.WriteFile(corrupt, content, 0o600))

	for name, db := range map[string]*sql.DB{"full": full, "read-only": readOnly, "corrupt": open(t, corrupt)} {
		t.Run(name, func(t *testing.T) {
			large := strings.Repeat("more than a page ", 1000)
			rows.Check(t, rows.Fault, adding(db, 2, large))
			rows.Opens(t, adding(db, 2, large))
		})
	}
}

// create makes a database with one note, and returns the path of its file.
func create(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notes")
	db := open(t, path)
	_, err := db.ExecContext(t.Context(), "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO notes VALUES (1, 'first')")
	require.NoError(t, err)
	return path
}

// open returns a database with one connection.
func open(t *testing.T, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// adding opens a wrapped repository whose calls add a note.
func adding(db *sql.DB, id int64, text string) rows.Open {
	return with(db, func(ctx context.Context, notes Notes) error { return notes.Add(ctx, id, text) })
}

func with(db *sql.DB, call func(context.Context, Notes) error) rows.Open {
	return func(_ *testing.T, o *retry.Options) rows.Client {
		next := &repository{db: db}
		notes := NewResilientNotes(next, o)
		return rows.Client{
			Group:    notes.Group(),
			Call:     func(ctx context.Context) error { return call(ctx, notes) },
			Requests: func() int { return next.calls },
		}
	}
}

package shape

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKeepings(t *testing.T) {
	all := typesOf(t, `
import ("database/sql"; "database/sql/driver"; "io"; "io/fs"; "iter"; "net"; "net/http"; "os")

type feed interface { Next() (int, error); Close() error }
type quiet interface { Close() }
type reader interface { io.Reader; io.Closer }
type readerAlias = io.ReadCloser
type oddReader interface { Read(string) (int, error); Close() error }

var (
	text string; receipt *struct{ id string; lines []string }
	body io.ReadCloser; own reader; alias readerAlias; odd oddReader
	response *http.Response; value http.Response
	feeds feed; quiets quiet; pipe io.ReadWriteCloser; literal interface { Close() }
	conn net.Conn; rows driver.Rows; file fs.File
	sqlRows *sql.Rows; tx *sql.Tx; osFile *os.File; channel <-chan int; seq iter.Seq[int]; anything any; holds struct{ Body io.ReadCloser }
	object *struct{ Key string; Body io.ReadCloser }; objects []*struct{ Body io.ReadCloser }; two *struct{ Body io.ReadCloser; Done chan int }
	txs interface { Commit() error; Rollback() error }; rowses interface { Next() bool; Err() error; Scan(...any) error }; lonelyRow interface { Scan(...any) error }
)`)
	want := map[Keeping][]string{
		KeepNothing:        {"text", "receipt", "anything"},
		KeepReader:         {"body", "own", "alias"},
		KeepResponse:       {"response"},
		KeepField:          {"object"},
		KeepInterface:      {"feeds", "quiets", "pipe", "literal", "odd", "txs", "rowses", "lonelyRow"},
		KeepUntilCollected: {"sqlRows", "tx"},
		KeepLoose: {"value", "conn", "rows", "file", "osFile", "channel", "seq",
			"holds", "objects", "two"},
	}
	for kind, names := range want {
		for _, name := range names {
			assert.Equal(t, kind, keepingOf(all[name], false), name)
		}
	}
}

// The word of the user makes streams of everything but basic types.
func TestKeepingsOfStreams(t *testing.T) {
	all := typesOf(t, `
var ( text string; anything any; receipt *struct{ id string }; rows interface { Close() error } )`)
	want := map[string]Keeping{"text": KeepNothing, "anything": KeepLoose, "receipt": KeepLoose, "rows": KeepInterface}
	for name, keeping := range want {
		assert.Equal(t, keeping, keepingOf(all[name], true), name)
	}
}

func TestEndings(t *testing.T) {
	all := typesOf(t, `
import "context"
type ctx = context.Context
type (
	tx interface { Commit(ctx) error; Rollback(ctx) error; RollbackTo(string) error; Drain() error }
	consumer interface { Commit(ctx, ...int) error; Close() error; Unsubscribe(topic string) error }
	rows interface { Next() bool; Scan(...any) error; Err() error; Close() }
	sets interface { Next() bool; NextResultSet() bool; Err() error }
	grpc interface { Recv() (int, error); RecvMsg(any) error; SendMsg(any) error; CloseSend() error; CloseAndRecv() (int, error) }
	feed interface { Next(ctx) (int, error); Receive() (int, error); NextPage() int }
	mutex interface { Lock(ctx) error; Unlock() }
	held interface { Unlock(ctx) error; Done() <-chan struct{} }
	row interface { Scan(...any) error }
	list []int
)`)
	want := map[string]map[string]EndsWhen{
		"tx":       {"Commit": EndsAlways, "Rollback": EndsAlways},
		"consumer": {"Close": EndsAlways},
		"rows":     {"Next": EndsOnNo, "Close": EndsAlways},
		"sets":     {},
		"grpc":     {"Recv": EndsOnErr, "RecvMsg": EndsOnErr, "CloseAndRecv": EndsAlways},
		"feed":     {"Next": EndsAtEOF, "Receive": EndsAtEOF},
		"mutex":    {},
		"held":     {"Unlock": EndsAlways},
		"row":      {"Scan": EndsAlways},
		"list":     {},
	}
	for name, endings := range want {
		got := make(map[string]EndsWhen)
		for _, e := range Endings(all[name]) {
			got[e.Fn.Name()] = e.When
		}
		assert.Equal(t, endings, got, name)
	}
}

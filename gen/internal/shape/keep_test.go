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
	sqlRows *sql.Rows; tx *sql.Tx; osFile *os.File; channel <-chan int; seq iter.Seq[int]; anything any; holds struct{ body io.ReadCloser }
)`)
	want := map[Keeping][]string{
		KeepNothing:        {"text", "receipt"},
		KeepReader:         {"body", "own", "alias"},
		KeepResponse:       {"response"},
		KeepCloser:         {"feeds", "quiets", "pipe", "literal", "odd"},
		KeepUntilCollected: {"sqlRows", "tx"},
		KeepLoose: {"value", "conn", "rows", "file", "osFile", "channel", "seq",
			"anything", "holds"},
	}
	for kind, names := range want {
		for _, name := range names {
			assert.Equal(t, kind, keepingOf(all[name]), name)
		}
	}
}

package shape

import (
	"go/ast"
	goimporter "go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// One importer serves all tests, because it reads the standard library from its source.
var (
	fset       = token.NewFileSet()
	fromSource = goimporter.ForCompiler(fset, "source", nil)
)

// typesOf checks declarations, and returns the type of each variable.
func typesOf(t *testing.T, src string) map[string]types.Type {
	t.Helper()
	file, err := parser.ParseFile(fset, "shape.go", "package shape\n"+src, 0)
	require.NoError(t, err)
	config := types.Config{Importer: fromSource}
	pkg, err := config.Check("shape", fset, []*ast.File{file}, nil)
	require.NoError(t, err)
	all := make(map[string]types.Type)
	for _, name := range pkg.Scope().Names() {
		all[name] = pkg.Scope().Lookup(name).Type()
	}
	return all
}

// The type decides what the first attempt uses up, and what may still use the context
// after the call.
func TestShapes(t *testing.T) {
	all := typesOf(t, `
import ("bytes"; "io"; "os"; "sync"; "time")

type list struct{ next *list; items []string }
type closer struct{}
func (*closer) Close() error { return nil }
type message struct{ state struct{ info *closer; set func(); _ [0]func() }; name string }
func (*message) ProtoMessage() {}
type none struct{ _ [0]func(); n int }
type guarded struct{ mu sync.Mutex; n int }
type reader interface{ Read([]byte) (int, error) }
type almost interface{ Read(string) (int, error) }
type tree []tree
type grove [2][]grove
type nested[T any] []nested[T]

var (
	text string; bytes_ []byte; at time.Time; recursive list; pointer *list; words map[string][]int
	failure error; anything any; function func(); channel chan int; closes *closer; holds struct{ c closer }
	protobuf *message; empty none; file *os.File; buffer *bytes.Buffer; readers reader; other almost; seeker io.ReadSeeker
	trees tree; groves grove; instance nested[int]; lists [][2]io.Reader
	receive <-chan int; send chan<- int; signal <-chan struct{}
	locked guarded; lockedArray [2]guarded; lockedPointer *guarded; lockedSlice []guarded; group sync.WaitGroup
)`)
	tests := []struct {
		name   string
		data   bool
		usedUp string
		lock   string
	}{
		{"text", true, "", ""}, {"bytes_", true, "", ""}, {"at", true, "", ""}, {"recursive", true, "", ""},
		{"pointer", true, "", ""}, {"protobuf", true, "", ""}, {"empty", true, "", ""}, {"words", true, "", ""}, {"failure", true, "", ""},
		{"anything", true, "", ""}, {"function", false, "", ""}, {"closes", false, "", ""}, {"holds", true, "", ""},
		{"channel", false, "a channel to receive from", ""}, {"receive", false, "a channel to receive from", ""},
		{"send", false, "a channel to send to", ""}, {"signal", false, "", ""},
		{"file", false, "an io.Reader", ""}, {"buffer", true, "an io.Reader", ""}, {"readers", false, "an io.Reader", ""},
		{"trees", true, "", ""}, {"groves", true, "", ""}, {"instance", true, "", ""},
		{"lists", false, "a list in which each element is a list in which each element is an io.Reader", ""},
		{"other", false, "", ""}, {"seeker", false, "an io.Reader", ""},
		{"locked", true, "", "sync.Mutex"}, {"lockedArray", true, "", "sync.Mutex"},
		{"lockedPointer", true, "", ""}, {"lockedSlice", true, "", ""}, {"group", false, "", "sync.WaitGroup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.data, !Streams(all[tt.name]), "data")
			assert.Equal(t, tt.usedUp, WhyUsedUp(all[tt.name]))
			lock := ""
			if t := LockIn(all[tt.name]); t != nil {
				lock = types.TypeString(t, ShortNames)
			}
			assert.Equal(t, tt.lock, lock)
			assert.Equal(t, tt.name == "seeker" || tt.name == "file", Seeks(all[tt.name]), "seeks")
			assert.False(t, Unknown(all[tt.name]), "unknown")
		})
	}
}

func TestPartial(t *testing.T) {
	all := typesOf(t, `
type methods interface {
	Read([]byte) (int, error); Write([]byte) (int, error); ReadAt([]byte, int64) (int, error)
	WriteTo(interface{ Write([]byte) (int, error) }) (int64, error); ReadFrom(any) (string, error)
	WriteAt() (int, error); ReadAll([]byte) (int, error)
}`)
	want := map[string]bool{"Read": true, "Write": true, "ReadAt": true, "WriteTo": true, "ReadFrom": false, "WriteAt": false, "ReadAll": false}
	for fn := range all["methods"].Underlying().(*types.Interface).Methods() {
		assert.Equal(t, want[fn.Name()], Partial(fn), fn.Name())
	}
}

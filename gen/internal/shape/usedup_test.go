package shape

import (
	"go/types"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhyUsedUp(t *testing.T) {
	all := typesOf(t, `
import ("bytes"; "io"; "iter"; "strings")
type rows interface { Next() bool; Err() error }
type walk func(yield func(string) bool)
var (
	reader io.Reader; pointer *bytes.Buffer; value bytes.Buffer; text *strings.Reader; writer io.Writer; sends chan<- int; both chan int
	signal chan struct{}; seq iter.Seq[int]; seq2 iter.Seq2[int, error]; own walk; next rows
	readers []io.Reader; named map[string]io.Reader; indirect *[]io.Reader; inside struct { Body io.Reader }
)`)
	want := map[string]string{
		"reader": "an io.Reader", "pointer": "an io.Reader", "value": "", "text": "an io.Reader", "writer": "an io.Writer",
		"sends": "a channel to send to", "both": "a channel to receive from", "signal": "",
		"seq": "an iterator", "seq2": "an iterator", "own": "an iterator", "next": "an iterator with Next() bool",
		"readers": "a list in which each element is an io.Reader", "named": "a map in which each value is an io.Reader",
		"indirect": "a pointer to a list in which each element is an io.Reader", "inside": "",
	}
	for name, why := range want {
		assert.Equal(t, why, WhyUsedUp(all[name]), name)
	}
}

// Types that normal code hands to methods, as in popular modules, are not refused.
func TestNotUsedUp(t *testing.T) {
	all := typesOf(t, `
import (
	"context"; "crypto/rsa"; "crypto/tls"; "crypto/x509"; "database/sql"; "encoding/json"; "html/template"; "io"; "log"; "log/slog"; "math/big"; "math/rand"
	"net/http"; "net/netip"; "net/url"; "reflect"; "regexp"; "sync"; "sync/atomic"; "testing"; "time"
)
type (
	ctx = context.Context
	gormDB struct { Statement *struct { Dest any; Settings sync.Map }; RowsAffected int64 }
	zapLogger struct { core io.Writer }
	zerologLogger struct { w io.Writer }
	zerologEvent struct { w io.Writer }
	logrusEntry struct { Out io.Writer }
	hclogLogger interface { Log(int, string, ...any); Info(string, ...any); StandardWriter() io.Writer }
	stdLogger interface { Print(...any); Printf(string, ...any); Write([]byte) (int, error) }
	grpcCallOption interface { before(int) error }
	grpcConn struct { target string }
	awsOptions struct { Retryer any; HTTPClient interface { Do(*http.Request) (*http.Response, error) } }
	s3Put struct { Bucket, Key *string; Body io.Reader }
	pgxPool struct { mu sync.Mutex }
	redisClient struct { opts *redisOptions }
	redisOptions struct { Dialer func(ctx, string) (any, error); OnConnect func(ctx) error; Writer io.Writer }
	mongoFilter map[string]any
	bsonD []struct { Key string; Value any }
	kafkaMessage struct { Key, Value []byte; Time time.Time }
	natsConn struct { Opts struct { Dialer any } }
	protoMessage interface { ProtoReflect() any }
	otelSpan interface { End(...any); AddEvent(string); SpanContext() any }
	echoContext interface { Request() *http.Request; JSON(int, any) error }
	ginParams []struct { Key, Value string }
	kubeObject interface { GetName() string; DeepCopyObject() any }
	listOptions struct { LabelSelector string; Limit int64 }
	stripeParams struct { Ctx ctx; Metadata map[string]string }
	cobraCommand struct { In io.Reader; RunE func([]string) error }
	viperConfig struct { v map[string]any }
	uuid [16]byte
	decimal struct { value *big.Int }
	clock interface { Now() time.Time; After(time.Duration) <-chan time.Time }
	locker interface { Lock(); Unlock() }
	tx interface { Commit() error; Rollback() error; Exec(string, ...any) error }
	hasher interface { Sum64() uint64 }
	validator func(any) error
	option func(*redisOptions)
	middleware func(next func(ctx) error) func(ctx) error
	cursor struct { next string }
)
func (*gormDB) Rows() (*sql.Rows, error) { return nil, nil }
func (*gormDB) Scan(any) *gormDB { return nil }
func (*gormDB) Next() *gormDB { return nil }
func (zerologLogger) Write([]byte) (int, error) { return 0, nil }
func (zerologLogger) Info() *zerologEvent { return nil }
func (*zapLogger) Info(string, ...any) {}
func (*logrusEntry) Writer() *io.PipeWriter { return nil }
func (*cursor) Next() string { return "" }

var (
	gorm *gormDB; stdlib *log.Logger; structured *slog.Logger; zap *zapLogger; zerolog zerologLogger; zerologP *zerologLogger
	logrus *logrusEntry; hclog hclogLogger; printer stdLogger; callOptions []grpcCallOption; grpc *grpcConn
	aws func(*awsOptions); awsList []func(*awsOptions); put *s3Put; pool *pgxPool; redis *redisClient; redisOpts *redisOptions
	filter mongoFilter; document bsonD; messages []kafkaMessage; nats *natsConn; message protoMessage; span otelSpan; echo echoContext
	params ginParams; object kubeObject; list listOptions; stripe *stripeParams; cobra *cobraCommand; viper *viperConfig; id uuid
	money decimal; ticks clock; lock locker; transaction tx; hash hasher; validate validator; opt option; wrap middleware; cur *cursor
	tlsConfig *tls.Config; random *rand.Rand; db *sql.DB; sqlTx *sql.Tx; client *http.Client; header http.Header; target *url.URL
	key *rsa.PrivateKey; certificate *x509.Certificate; raw json.RawMessage; page *template.Template; pattern *regexp.Regexp; flag *atomic.Bool
	group *sync.WaitGroup; typ reflect.Type; addr netip.Addr; testingT *testing.T; closure func(tx *sql.Tx) error; inTx func(ctx, tx) error
	callback func(); each func(func(int) error) error; timer *time.Timer; anything any; failure error; rsaKeys map[string]*rsa.PublicKey
)`)
	n := 0
	for name, typ := range all {
		assert.Empty(t, WhyUsedUp(typ), name)
		n++
	}
	assert.Greater(t, n, 100, "the types and the variables")
}

func TestWhyShared(t *testing.T) {
	all := typesOf(t, `
import "context"
type Row struct{ Name string }
type methods interface {
	Fill(ctx context.Context, key string, into *Row) error
	Scan(dest ...any) error
	ReadAt(p []byte, off int64) (int, error)
	Load(into map[string]int) (int, int64, error)
	Get(key *Row) (Row, error)
	Put(value Row, list []int, text string) error
}`)
	want := map[string]int{"Fill": 2, "Scan": 0, "ReadAt": 0, "Load": 0, "Get": -1, "Put": -1}
	for fn := range all["methods"].Underlying().(*types.Interface).Methods() {
		for i := range fn.Signature().Params().Len() {
			assert.Equal(t, i == want[fn.Name()], WhyShared(fn.Signature(), i) != "", "%s, parameter %d", fn.Name(), i)
		}
	}
}

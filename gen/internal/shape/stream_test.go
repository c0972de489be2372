package shape

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is a stream and what is data, over the types of the standard library and
// look-alikes of what popular modules return.
func TestStreams(t *testing.T) {
	all := typesOf(t, `
import (
	"bufio"; "bytes"; "context"; "crypto/tls"; "crypto/x509"; "database/sql"; "database/sql/driver"; "encoding/csv"; "encoding/json"
	"encoding/xml"; "io"; "io/fs"; "iter"; "math/big"; "net"; "net/http"; "net/netip"; "net/url"; "os"; "os/exec"; "regexp"
	"strings"; "sync"; "time"
)

type ctx = context.Context

// Look-alikes, by the module that they come from.
type (
	grpcStream interface { Recv() (int, error); Header() (map[string]string, error); CloseSend() error; Context() ctx }
	connectStream[T any] struct{ msg T }
	pgxRows interface { Close(); Err() error; Next() bool; Scan(dest ...any) error; Values() ([]any, error) }
	pgxRow interface { Scan(dest ...any) error }
	pgxTx interface { Begin(ctx) (pgxTx, error); Commit(ctx) error; Rollback(ctx) error }
	commandTag struct{ s string }
	mongoCursor struct{ n int }
	mongoResult struct{ InsertedID any }
	singleResult struct{ rdr []byte }
	redisCmd struct{ val string; err error }
	redisPubSub struct{ mu sync.Mutex }
	attribute interface { isAttribute() }
	getItemOutput struct { Item map[string]attribute; ConsumedCapacity *int; ResultMetadata metadata }
	metadata struct{ values map[any]any }
	getObjectOutput struct { Body io.ReadCloser; Metadata map[string]string }
	selectOutput struct{ stream *eventStream }
	eventStream struct{ err error }
	sqsOutput struct { Messages []struct{ Body *string; Attributes map[string]any } }
	githubResponse struct { *http.Response; NextPage int; Rate struct{ Limit int } }
	oapiResponse struct { Body []byte; HTTPResponse *http.Response; JSON200 *struct{ Name string } }
	restyResponse struct { raw *http.Response }
	natsMsg struct { Subject string; Sub *natsSubscription }
	natsSubscription struct{ mu sync.Mutex }
	pubAckFuture interface { Ok() <-chan int; Err() <-chan error }
	consumeContext interface { Stop(); Drain(); Closed() <-chan struct{} }
	kgoRecord struct { Key, Value []byte; Context ctx }
	kgoFetches []struct{ Topics []string }
	kafkaReader struct{ n int }
	k8sWatch interface { Stop(); ResultChan() <-chan int }
	k8sObject interface { GetName() string; DeepCopyObject() k8sObject }
	k8sList struct { Items []struct{ Name string; Labels map[string]string; Extra any } }
	stripeCharge struct { ID string; Metadata map[string]string; LastResponse *struct{ RawJSON []byte } }
	stripeIter struct{ cur any }
	tokenSource interface { Token() (*struct{ AccessToken string }, error) }
	oauthToken struct { AccessToken string; Expiry time.Time; raw any }
	sqlResult interface { LastInsertId() (int64, error); RowsAffected() (int64, error) }
	genai interface { MarshalJSON() ([]byte, error); UnmarshalText([]byte) error; Err() error }
	apiError interface { error; Code() int; Unwrap() error }
	message struct{ state any; set func() }
	lro struct{ name string }
	lock interface { Unlock(ctx) error; TTL() time.Duration }
	esResponse struct { StatusCode int; Header http.Header; Body io.ReadCloser }
	pager interface { HasMore() bool; NextPage(ctx) ([]int, error) }
	tracer interface { Start(ctx, string) (ctx, error); Name() string }
	settings struct { OnRetry func(); Name string }
	quiet struct{ onRetry func(); conn net.Conn; mu sync.Mutex }
	closed struct{ n int }
	tree struct { Left, Right *tree; Value any }
	loop []loop
	page[T any] struct { Items []T; Next string }
	repository[T any] interface { Find(ctx, string) (T, error); All(ctx) ([]T, error) }
	wallet interface { Balance() int; Owner() string }
)
func (*connectStream[T]) Receive() bool { return false }
func (*connectStream[T]) Close() error { return nil }
func (commandTag) RowsAffected() int64 { return 0 }
func (*mongoCursor) Next(ctx) bool { return false }
func (*singleResult) Decode(any) error { return nil }
func (*redisCmd) Result() (string, error) { return "", nil }
func (*redisPubSub) Channel() <-chan int { return nil }
func (*selectOutput) GetStream() *eventStream { return nil }
func (*eventStream) Close() error { return nil }
func (*restyResponse) RawBody() io.ReadCloser { return nil }
func (*natsSubscription) Unsubscribe() error { return nil }
func (kgoFetches) Err() error { return nil }
func (*kafkaReader) ReadMessage(ctx) (int, error) { return 0, nil }
func (*kafkaReader) Close() error { return nil }
func (*stripeIter) Next() bool { return false }
func (*message) ProtoMessage() {}
func (*message) Close() error { return nil }
func (*lro) Wait(ctx) (int, error) { return 0, nil }
func (closed) Closed() bool { return false }
func (closed) NextToken() string { return "" }
func (closed) Sends() error { return nil }
func (closed) StopReason() string { return "" }

var (
	// Streams.
	channel chan int; signal <-chan struct{}; function func(); seq iter.Seq[int]; seq2 iter.Seq2[int, error]; channels map[string][]chan int
	response *http.Response; responses []*http.Response; value http.Response; request *http.Request; httpClient *http.Client
	rows *sql.Rows; row *sql.Row; tx *sql.Tx; conn *sql.Conn; stmt *sql.Stmt; driverRows driver.Rows; db *sql.DB
	file *os.File; reader io.Reader; writer io.Writer; readCloser io.ReadCloser; netConn net.Conn; listener net.Listener
	bufReader *bufio.Reader; scanner *bufio.Scanner; csvReader *csv.Reader; decoder *json.Decoder; xmlDecoder *xml.Decoder
	timer *time.Timer; ticker *time.Ticker; command *exec.Cmd; context_ ctx; fsFile fs.File; entry fs.DirEntry; tlsConfig *tls.Config
	aGrpcStream grpcStream; aConnectStream *connectStream[int]; aPgxRows pgxRows; aPgxRow pgxRow; aPgxTx pgxTx; aCursor *mongoCursor
	aPubSub *redisPubSub; anObject *getObjectOutput; aSelect *selectOutput; aResty *restyResponse; aNatsMsg *natsMsg
	aFuture pubAckFuture; aConsume consumeContext; aKafka *kafkaReader; aWatch k8sWatch; aStripeIter *stripeIter; aTokenSource tokenSource
	aLRO *lro; aLock lock; anES *esResponse; aPager pager; aSettings settings; byValue mongoCursor

	// Data.
	text string; number int; bytes_ []byte; anything any; words map[string]any; list []any; failure error; at time.Time; took time.Duration
	stringer interface { String() string }; result sql.Result; driverResult driver.Result; nullString sql.NullString; header http.Header
	buffer *bytes.Buffer; bytesReader *bytes.Reader; stringsReader *strings.Reader; builder *strings.Builder; raw json.RawMessage
	bigInt *big.Int; addr net.Addr; netipAddr netip.Addr; theURL *url.URL; values url.Values; certificate *x509.Certificate
	info fs.FileInfo; expression *regexp.Regexp; cookie *http.Cookie; aTag commandTag; aSingle *singleResult
	inserted *mongoResult; aCmd *redisCmd; anItem *getItemOutput; anSQS *sqsOutput; aGitHub *githubResponse; anOapi *oapiResponse
	aRecord *kgoRecord; fetches kgoFetches; object k8sObject; aList *k8sList; charge *stripeCharge; token *oauthToken; aResult sqlResult
	marshals genai; anError apiError; protobuf *message; protobufs []*message; aTracer tracer; aQuiet *quiet; aClosed closed; aTree *tree
	aLoop loop; aPage page[any]; aRepository repository[int]; aWallet wallet; flag bool; empty struct{}; array [3]any; pointer **int
)`)
	streams := []string{
		"channel", "signal", "function", "seq", "seq2", "channels", "response", "responses", "value", "request", "httpClient",
		"rows", "row", "tx", "conn", "stmt", "driverRows", "db", "file", "reader", "writer", "readCloser", "netConn", "listener",
		"bufReader", "scanner", "csvReader", "decoder", "xmlDecoder", "timer", "ticker", "command", "context_", "fsFile", "entry", "tlsConfig",
		"aGrpcStream", "aConnectStream", "aPgxRows", "aPgxRow", "aPgxTx", "aCursor", "aPubSub", "anObject", "aSelect", "aResty", "aNatsMsg",
		"aFuture", "aConsume", "aKafka", "aWatch", "aStripeIter", "aTokenSource", "aLRO", "aLock", "anES", "aPager", "aSettings", "byValue",
	}
	data := []string{
		"text", "number", "bytes_", "anything", "words", "list", "failure", "at", "took", "stringer", "result", "driverResult", "nullString",
		"header", "buffer", "bytesReader", "stringsReader", "builder", "raw", "bigInt", "addr", "netipAddr", "theURL", "values", "certificate",
		"info", "expression", "cookie", "aTag", "aSingle", "inserted", "aCmd", "anItem", "anSQS", "aGitHub", "anOapi", "aRecord",
		"fetches", "object", "aList", "charge", "token", "aResult", "marshals", "anError", "protobuf", "protobufs", "aTracer", "aQuiet",
		"aClosed", "aTree", "aLoop", "aPage", "aRepository", "aWallet", "flag", "empty", "array", "pointer",
	}
	for _, name := range streams {
		if assert.Contains(t, all, name) {
			assert.True(t, Streams(all[name]), "%s is a stream", name)
		}
	}
	for _, name := range data {
		if assert.Contains(t, all, name) {
			assert.False(t, Streams(all[name]), "%s is data", name)
		}
	}
}

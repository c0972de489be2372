package libraries

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/gen"
)

// What init writes for real clients is accepted, compiles with its wrapper, and gets no advice
// but about what only the user knows.
func TestInitWritesWhatCompiles(t *testing.T) {
	const retries = "double-retry" // only the program knows whether it has switched the client's retries off
	for _, tt := range []struct {
		from, methods, advice string
	}{
		{"github.com/aws/aws-sdk-go-v2/service/s3.Client", "PutObject,GetObject,DeleteObject,ListObjectsV2,CopyObject", retries},
		{"github.com/aws/aws-sdk-go-v2/service/sqs.Client", "SendMessage,ReceiveMessage,DeleteMessage", retries},
		{"github.com/aws/aws-sdk-go-v2/service/dynamodb.Client", "GetItem,PutItem,UpdateItem,Query,TransactWriteItems", retries},
		{"github.com/redis/go-redis/v9.Client", "Get,Set,SetNX,HGetAll,Incr,LPush,Pipelined,Subscribe,Ping,Close", retries},
		{"github.com/jackc/pgx/v5/pgxpool.Pool", "Exec,Query,QueryRow,Begin,Ping,CopyFrom,Acquire,Close", ""},
		{"github.com/jackc/pgx/v5.Tx", "Exec,Query,Commit,Rollback", ""},
		{"go.mongodb.org/mongo-driver/v2/mongo.Collection", "InsertOne,Find,FindOne,FindOneAndUpdate,DeleteOne,Watch", retries},
		{"github.com/nats-io/nats.go/jetstream.JetStream", "Publish,Stream,CreateStream", retries},
		{"github.com/nats-io/nats.go.Conn", "Publish,RequestWithContext,Drain", ""},
		{"github.com/segmentio/kafka-go.Writer", "WriteMessages,Close", retries},
		{"github.com/segmentio/kafka-go.Reader", "FetchMessage,ReadMessage,CommitMessages", retries},
		{"github.com/twmb/franz-go/pkg/kgo.Client", "Ping,Flush,CommitUncommittedOffsets", ""},
		{"google.golang.org/grpc/health/grpc_health_v1.HealthClient", "Check,Watch", ""},
		{"k8s.io/client-go/dynamic.ResourceInterface", "Get,List,Create,Delete,Watch", retries},
		{"database/sql.DB", "ExecContext,QueryContext,QueryRowContext,BeginTx,PingContext", ""},
		{"net/http.Client", "Do,Get,Post", ""},
		{"net.Resolver", "LookupHost", ""},
	} {
		t.Run(tt.from, func(t *testing.T) {
			dir := moduleOfItsOwn(t)
			cfg := gen.Config{Dir: dir}
			draft, err := gen.WriteDraft(t.Context(), cfg, gen.DraftQuestion{From: tt.from, Methods: strings.Split(tt.methods, ",")})
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(draft.Path, draft.Content, 0o644))

			result, err := gen.Generate(t.Context(), cfg)
			require.NoError(t, err, "%s", draft.Content)
			require.Len(t, result.Files, 1)
			require.NoError(t, os.WriteFile(result.Files[0].Path, result.Files[0].Content, 0o644))
			out, err := goIn(dir, "vet", ".")
			require.NoError(t, err, "%s\n%s", out, draft.Content)

			review, err := gen.Review(t.Context(), cfg, gen.Question{})
			require.NoError(t, err)
			codes := ""
			for _, advice := range review.Interfaces[0].Advice {
				assert.Equal(t, tt.advice, advice.Code, "%v: %s %s", advice.Methods, advice.Reason, advice.Write)
				codes = advice.Code
			}
			assert.Equal(t, tt.advice, codes)
		})
	}
}

// From a module with an S3 client to a green test: init, go generate, and ten lines by hand. A
// plan lets two attempts fail, and the third one reaches a server.
func TestInitToAGreenTest(t *testing.T) {
	const byHand = `
func TestObjects(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	client := s3.New(s3.Options{BaseEndpoint: &s.URL, Region: "x", Retryer: aws.NopRetryer{}, UsePathStyle: true})
	rec := new(retrytest.Recorder)
	plan := retrytest.Plan("2*error(busy)->off", retrytest.Errors{"busy": errors.New("busy")})
	objects := NewResilientObjects(client, &retry.Options{Chaos: plan, Override: rec.NoWait(), Hooks: rec.Hooks()})
	_, err := objects.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
	require.NoError(t, err)
	rec.Expect(t, "Objects.GetObject: retry, wait up to 100ms, retry, wait up to 200ms, success => success")
}
`
	require.LessOrEqual(t, strings.Count(strings.TrimSpace(byHand), "\n")-1, 10, "lines between the braces of the func")
	dir := moduleOfItsOwn(t)
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	}
	write("shop.go", `package shop

import "github.com/aws/aws-sdk-go-v2/service/s3"

type Shop struct{ Client *s3.Client }
`)
	for _, args := range [][]string{
		{"tool", "retrygen", "init", "-from", "s3.Client", "-methods", "PutObject,GetObject", "-name", "Objects"},
		{"generate", "./..."},
	} {
		out, err := goIn(dir, args...)
		require.NoError(t, err, "%s", out)
	}
	write("shop_test.go", `package shop

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
	"github.com/stretchr/testify/require"
)
`+byHand)
	out, err := goIn(dir, "test", ".")
	require.NoError(t, err, "%s", out)
}

// moduleOfItsOwn returns the folder of a module that requires what this one does, with one
// package that declares nothing.
func moduleOfItsOwn(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	sum, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module github.com/retrygen/retrygen/libraries", "module example.com/shop", 1)
	text = strings.ReplaceAll(text, "=> ../", "=> "+root+"/")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shop.go"), []byte("package shop\n"), 0o644))
	return dir
}

// goIn runs the go command in a folder.
func goIn(dir string, args ...string) (string, error) {
	command := exec.Command("go", args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	return string(out), err
}

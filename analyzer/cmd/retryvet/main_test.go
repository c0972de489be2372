package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The program uses a wrapper that retrygen has written, with the real runtime.
const program = `package shop

import (
	"context"
	"net/http"
	"time"
)

type client struct{ PaymentClient }

func handle(w http.ResponseWriter, r *http.Request) {
	c := NewResilientPaymentClient(client{}, nil)
	c.Balance(context.Background(), "account")
}

func ping() error { return nil }

func wait() {
	for {
		if err := ping(); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
}

func silenced() {
	for { //nolint:retrygen // the device needs fixed waits
		if err := ping(); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
}
`

const interfaces = `package shop

import "context"

//retry:exponential-jitter attempts=4 base=100ms
//retry:breaker failures=5
type PaymentClient interface {
	Balance(ctx context.Context, account string) (int, error)
}
`

// Go vet runs the command as its tool, and the command also runs alone.
func TestGoVet(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "retryvet")
	execute(t, ".", "go", "build", "-o", tool, ".")

	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	module := filepath.Join(dir, "shop")
	require.NoError(t, os.Mkdir(module, 0o755))
	write(t, module, "go.mod", "module example.com/shop\n\ngo 1.26.0\n\nrequire github.com/retrygen/retrygen v0.0.0\n\nreplace github.com/retrygen/retrygen => "+root+"\n")
	write(t, module, "shop.go", program)
	write(t, module, "payment.go", interfaces)
	generator := filepath.Join(dir, "retrygen")
	execute(t, root, "go", "build", "-o", generator, "./cmd/retrygen")
	execute(t, module, generator)

	for _, c := range []struct {
		name string
		args []string
		want []string
		not  []string
	}{
		{"as the tool of go vet", []string{"go", "vet", "-vettool=" + tool, "./..."},
			[]string{"shop.go:12:7: NewResilientPaymentClient builds a wrapper for each HTTP request", "shop.go:13:12: Balance gets context.Background", "shop.go:19:2: this loop retries ping by hand"},
			[]string{"shop.go:28"}},
		{"with a flag of go vet", []string{"go", "vet", "-vettool=" + tool, "-handretry=false", "./..."},
			[]string{"shop.go:12:7", "shop.go:13:12"}, []string{"shop.go:19"}},
		{"alone", []string{tool, "./..."},
			[]string{"shop.go:12:7", "shop.go:13:12", "shop.go:19:2"}, []string{"shop.go:28"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(c.args[0], c.args[1:]...)
			cmd.Dir = module
			out, err := cmd.CombinedOutput()
			assert.Error(t, err, "findings make the exit status 1")
			for _, want := range c.want {
				assert.Contains(t, string(out), want)
			}
			for _, not := range c.not {
				assert.NotContains(t, string(out), not)
			}
		})
	}
}

func execute(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
}

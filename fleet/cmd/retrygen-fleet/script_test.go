package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"retrygen-fleet": main})
}

// The scripts show the command line on real engines, each with servers of its own. A script
// begins with "engine redis" or "engine nats", and "process NAME" adds a process of the fleet.
func TestScripts(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "./cmd/retrygen")
	build.Dir = "../../.." // with its own go.sum
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	goEnv := make(map[string]string)
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		out, err := exec.Command("go", "env", name).Output()
		require.NoError(t, err)
		goEnv[name] = string(out[:len(out)-1])
	}
	_, err = exec.LookPath("redis-server")
	hasRedis := err == nil || os.Getenv("FLEET_REQUIRE") == "redis"
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Condition: func(name string) (bool, error) {
			if name != "redis" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return hasRedis, nil
		},
		Setup: func(env *testscript.Env) error {
			for name, value := range goEnv {
				env.Setenv(name, value)
			}
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOFLAGS", "-mod=mod")
			env.Setenv("GOTOOLCHAIN", "local")
			env.Setenv("ROOT", root)
			env.Setenv("USER", "anna")
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"engine": startEngine, "process": startProcess, "status": status,
		},
	})
}

// startEngine starts a server, and puts its URL into RETRYGEN_FLEET_URL: engine redis PASSWORD.
func startEngine(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithCancel(context.Background())
	ts.Defer(cancel)
	port := freePort(ts)
	address := "127.0.0.1:" + port
	switch args[0] {
	case "redis":
		path, err := exec.LookPath("redis-server")
		ts.Check(err)
		server := exec.CommandContext(ctx, path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", ts.Getenv("WORK"), "--requirepass", args[1])
		ts.Check(server.Start())
		ts.Defer(func() {
			cancel()
			_ = server.Wait() // it is killed
		})
		ts.Setenv("RETRYGEN_FLEET_URL", "redis://:"+args[1]+"@"+address)
	case "nats":
		number, err := strconv.Atoi(port)
		ts.Check(err)
		server, err := natsserver.NewServer(&natsserver.Options{
			Host: "127.0.0.1", Port: number, JetStream: true, StoreDir: ts.Getenv("WORK"), NoLog: true, NoSigs: true, Username: "u", Password: args[1],
		})
		ts.Check(err)
		server.Start()
		ts.Defer(server.Shutdown)
		ts.Setenv("RETRYGEN_FLEET_URL", "nats://u:"+args[1]+"@"+address)
	}
	ts.Setenv("ADDRESS", address)
	for range 1000 {
		if conn, err := net.Dial("tcp", address); err == nil {
			ts.Check(conn.Close())
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s does not answer", args[0])
}

func freePort(ts *testscript.TestScript) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer func() { ts.Check(listener.Close()) }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	return port
}

// startProcess adds a process that reports what it makes of documents: process NAME [ERROR].
// With an error, it refuses all of them.
func startProcess(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithCancel(context.Background())
	e, err := connect(ctx, &options{url: ts.Getenv("RETRYGEN_FLEET_URL"), timeout: 5 * time.Second})
	ts.Check(err)
	ready, ended := make(chan struct{}, 100), make(chan struct{})
	go func() {
		defer close(ended)
		_ = e.Watch(ctx, func(d fleet.Document) { // it ends with the script
			r := fleet.Report{Process: args[0], Kind: fleet.EventApplied, Revision: d.Revision}
			if len(args) > 1 {
				r.Kind, r.Error = fleet.EventRefused, args[1]
			}
			message, _ := json.Marshal(r) // it has only strings and numbers
			if d.Revision > 0 {
				_ = e.Publish(ctx, fleet.DefaultTopic+".reports", message)
			}
			ready <- struct{}{}
		})
	}()
	<-ready
	ts.Defer(func() {
		cancel()
		<-ended
		e.close()
	})
}

// status runs a command that must end with an exit status: status 2 retrygen-fleet get
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, not %d\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

package fleet

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"
)

// A role is what this test's program does as a process of its own. Exactly one of its first
// two fields is set.
type role struct {
	NATS    string   `json:",omitempty"` // the address of a nats-server to be
	Members []string `json:",omitempty"` // the names of the members of the fleet to be

	Folder string // of the nats-server

	// Of members.
	Prefix     string // of their names
	Engine     string // the URL; empty: each member is alone
	Dependency string // the URL
	Sick       bool   // the dependency cannot be reached
	Rate       int    // calls a second of each member
}

const inRoleEnv = "FAULTS_FLEET_ROLE"

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(inRoleEnv)
	if !ok {
		os.Exit(m.Run())
	}
	var r role
	err := json.Unmarshal([]byte(text), &r)
	switch {
	case err != nil:
	case r.NATS != "":
		err = serveNATS(r)
	default:
		err = beMembers(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// inRole returns a command that runs this test's program in a role.
func inRole(t *testing.T, r role) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(r)
	require.NoError(t, err)
	path, err := os.Executable()
	require.NoError(t, err)
	command := exec.Command(path)
	command.Env = append(os.Environ(), inRoleEnv+"="+string(text))
	return command
}

// serveNATS is a nats-server with JetStream until the process is killed.
func serveNATS(r role) error {
	var opts natsserver.Options
	if _, err := fmt.Sscanf(r.NATS, "127.0.0.1:%d", &opts.Port); err != nil {
		return err
	}
	opts.Host, opts.JetStream, opts.StoreDir, opts.NoSigs, opts.NoLog = "127.0.0.1", true, r.Folder, true, true
	server, err := natsserver.NewServer(&opts)
	if err != nil {
		return err
	}
	server.Start()
	server.WaitForShutdown()
	return nil
}

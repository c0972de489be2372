package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// debian is where the package postgresql of Debian puts the programs of each version.
const debian = "/usr/lib/postgresql/*/bin"

var errNotInstalled = errors.New("PostgreSQL is not installed: no postgres and initdb in the path or in " + debian)

// An install is where the programs are, and who is to run them.
type install struct {
	bin  string
	user *syscall.Credential // nil for the user of the test
}

// find finds the programs.
func find() (install, error) {
	folders, err := filepath.Glob(debian)
	if err != nil {
		return install{}, err
	}
	slices.SortFunc(folders, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	if path, err := exec.LookPath("postgres"); err == nil {
		folders = slices.Insert(folders, 0, filepath.Dir(path))
	}
	for _, bin := range folders {
		_, initdbErr := os.Stat(filepath.Join(bin, "initdb"))
		_, postgresErr := os.Stat(filepath.Join(bin, "postgres"))
		if initdbErr == nil && postgresErr == nil {
			as, err := unprivileged()
			return install{bin, as}, err
		}
	}
	return install{}, errNotInstalled
}

// version is the number of one of Debian's folders, or zero.
func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))) // another folder is none of Debian's
	return n
}

// unprivileged is who runs the server, which refuses to run as root: the user postgres,
// whom the package makes, when the test runs as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// command returns a command of the install, to be run as its user, in a folder that this
// user can read.
func (i install) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(i.bin, name), args...)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: i.user}
	return c
}

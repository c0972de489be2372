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

// debian is the folder of the programs in the Debian package postgresql, for each version.
const debian = "/usr/lib/postgresql/*/bin"

var errNotInstalled = errors.New("PostgreSQL is not installed: no postgres and initdb in the path or in " + debian)

// An install is the folder of the programs and the user who runs them.
type install struct {
	bin  string
	user *syscall.Credential // nil means the user of the test
}

// find looks for the programs in the path and where Debian puts them.
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

// version returns the version of one of Debian's folders, or zero.
func version(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))) // the folder in the path has another name
	return n
}

// unprivileged returns the user who runs the server if the test runs as root, because the
// server refuses that: the user postgres, which the Debian package makes. Otherwise it
// returns nil.
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

// command returns a command that runs a program as the user of the install, in a folder
// that this user can read.
func (i install) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(i.bin, name), args...)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: i.user}
	return c
}

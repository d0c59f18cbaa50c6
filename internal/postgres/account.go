package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// account is the user that the server's programs run as; nil means the user of this process.
type account struct {
	name     string
	uid, gid int
}

// serverAccount returns the user to run as. PostgreSQL refuses to run as root.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	if runtime.GOOS != "linux" {
		return nil, fmt.Errorf("run as root on %s: start it as an ordinary user", runtime.GOOS)
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return newAccount(found)
		}
	}
	return nil, fmt.Errorf("run as root: there is no user postgres and no user nobody")
}

func newAccount(found *user.User) (*account, error) {
	uid, err := strconv.Atoi(found.Uid)
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", found.Username, err)
	}
	gid, err := strconv.Atoi(found.Gid)
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", found.Username, err)
	}
	return &account{name: found.Username, uid: uid, gid: gid}, nil
}

// own gives the file to the account.
func (a *account) own(file *os.File) error {
	if a == nil {
		return nil
	}
	return file.Chown(a.uid, a.gid)
}

// attributes put a program into a session of its own, so that an interrupt typed at a terminal does not reach it before
// this process has stopped what uses it.
func (a *account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setsid: true}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attributes
}

// lend returns the name by which cmd, run as the account, opens file. The account may not be allowed to walk the path to
// it, below root's home for example, so it inherits the open file and opens that anew.
func (a *account) lend(cmd *exec.Cmd, file *os.File) string {
	if a == nil {
		return file.Name()
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, file)
	return "/proc/self/fd/" + strconv.Itoa(2+len(cmd.ExtraFiles))
}

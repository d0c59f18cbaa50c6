//go:build !linux

package postgres

import (
	"os/exec"
	"strconv"
	"strings"
)

// serves tells whether the process is a PostgreSQL server on the database files in dir: its command line names them.
func serves(pid int, dir string) bool {
	command, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return false
	}
	line := strings.TrimSpace(string(command))
	return strings.Contains(line, "postgres") && strings.HasSuffix(line, "-D "+dir)
}

package postgres

import (
	"os"
	"strconv"
	"strings"
)

// serves tells whether the process is a PostgreSQL server on the database files in dir: it works inside them.
func serves(pid int, dir string) bool {
	proc := "/proc/" + strconv.Itoa(pid)
	name, err := os.ReadFile(proc + "/comm")
	if err != nil || !strings.HasPrefix(string(name), "postgres") {
		return false
	}
	inside, err := os.Readlink(proc + "/cwd")
	return err == nil && inside == dir
}

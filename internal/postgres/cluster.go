package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"waybill/internal/folder"
)

// cluster is the database files of one folder with the programs that serve them.
type cluster struct {
	folder   *folder.Folder
	binaries binaries
	account  *account
	log      *slog.Logger
}

// openCluster finds the binaries for the folder; wanted is the major version for new database files, 0 for any.
func openCluster(ctx context.Context, held *folder.Folder, wanted int, log *slog.Logger) (*cluster, error) {
	account, err := serverAccount()
	if err != nil {
		return nil, err
	}
	c := &cluster{folder: held, account: account, log: log}
	major, err := c.major()
	if err != nil {
		return nil, err
	}
	if major == 0 {
		major = wanted
	}
	c.binaries, err = installed(ctx, major)
	if errors.Is(err, ErrNotInstalled) {
		c.binaries, err = fetched(ctx, major, log)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (c *cluster) dir() string {
	return c.folder.Path("data")
}

// major returns the version that wrote the database files, or 0 if there are none.
func (c *cluster) major() (int, error) {
	text, err := os.ReadFile(c.folder.Path("data", "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("database files: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("database files: version: %w", err)
	}
	return major, nil
}

// create makes the database files where they are missing. They appear under their name when they are complete, so a
// process killed in the middle leaves nothing but a folder that the next start removes.
func (c *cluster) create(ctx context.Context, password string) error {
	if major, err := c.major(); err != nil || major != 0 {
		return err
	}
	draft := c.folder.Path("data.new")
	if err := os.RemoveAll(draft); err != nil {
		return fmt.Errorf("database files: %w", err)
	}
	if err := os.Mkdir(draft, 0o700); err != nil {
		return fmt.Errorf("database files: %w", err)
	}
	if err := c.initdb(ctx, draft, password); err != nil {
		return fmt.Errorf("database files: %w", err)
	}
	if err := os.Rename(draft, c.dir()); err != nil {
		return fmt.Errorf("database files: %w", err)
	}
	c.log.Info("postgres database files created", "version", c.binaries.major, "binaries", c.binaries.dir)
	return nil
}

func (c *cluster) initdb(ctx context.Context, draft, password string) error {
	secret, err := os.CreateTemp(c.folder.Path(), "initdb.*")
	if err != nil {
		return err
	}
	defer os.Remove(secret.Name())
	defer secret.Close()
	if _, err := secret.WriteString(password + "\n"); err != nil {
		return err
	}
	if err := c.account.own(secret); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, c.binaries.path("initdb"),
		"--username="+superuser, "--auth=scram-sha-256", "--encoding=UTF8", "--lc-collate=C", "--lc-ctype="+ctype(),
		"--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C", "--text-search-config=simple")
	cmd.Args = append(cmd.Args, "--pwfile="+c.account.lend(cmd, secret))
	data, err := c.prepare(cmd, draft)
	if err != nil {
		return err
	}
	defer data.Close()
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	return nil
}

// prepare makes cmd work on the database files in dir as the cluster's account. The caller closes the folder that it
// returns once cmd runs.
func (c *cluster) prepare(cmd *exec.Cmd, dir string) (*os.File, error) {
	data, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := c.account.own(data); err != nil {
		data.Close()
		return nil, err
	}
	cmd.Args = append(cmd.Args, "-D", c.account.lend(cmd, data))
	cmd.SysProcAttr = c.account.attributes()
	cmd.Env = environment()
	cmd.Dir = "/"
	return data, nil
}

// environment leaves out every variable that would change what PostgreSQL's programs do.
func environment() []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// ctype makes upper, lower and ILIKE understand every script while texts still sort by their bytes.
func ctype() string {
	if runtime.GOOS == "linux" {
		return "C.UTF-8"
	}
	return "en_US.UTF-8"
}

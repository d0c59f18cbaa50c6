package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// fastStop is how long an orphan gets to write what it holds; crash recovery replaces what it did not.
	fastStop   = 10 * time.Second
	orphanPoll = 10 * time.Millisecond
)

// stopOrphan stops the server that a killed process left running on these files, and removes the pid file of one that is
// gone. It is stopped and not adopted: sessions of the killed process may still hold locks, and its settings may be those
// of another release. A process that has the id by chance is left alone.
func (c *cluster) stopOrphan(ctx context.Context) error {
	path := c.folder.Path("data", "postmaster.pid")
	pid, err := readPID(path)
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	if pid != 0 && serves(pid, c.dir()) {
		c.log.Warn("postgres left running by a killed process", "pid", pid)
		if err := c.stopProcess(ctx, pid); err != nil {
			return fmt.Errorf("server %d of a killed process: %w", pid, err)
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	return nil
}

func (c *cluster) stopProcess(ctx context.Context, pid int) error {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, fastStop)
		err := c.waitGone(wait, pid)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return errors.New("does not stop")
}

func (c *cluster) waitGone(ctx context.Context, pid int) error {
	for serves(pid, c.dir()) {
		if err := sleep(ctx, orphanPoll); err != nil {
			return err
		}
	}
	return nil
}

// readPID returns the process id in the first line of the file, or 0 if there is none.
func readPID(path string) (int, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if pid, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && pid > 1 {
		return pid, nil
	}
	return 0, nil
}

// Package folder keeps the private state of one process on disk: a folder that one process holds at a time, with the
// ports and secrets that must stay the same from one start to the next.
package folder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrInUse reports that another process holds the folder. The error that wraps it names the folder and the process.
var ErrInUse = errors.New("in use")

const lockName = "lock"

// Folder is a folder held by this process. The kernel lets go of it when the process ends, however it ends.
type Folder struct {
	path string
	lock *os.File
}

// Open creates the folder at path where it is missing, readable by its owner only, and takes hold of it. It returns an
// error that wraps ErrInUse if another process, or another Folder of this one, holds it already.
func Open(path string) (*Folder, error) {
	path, err := prepare(path)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("data folder %s: %w by %s", path, ErrInUse, holder(lock))
		}
		return nil, fmt.Errorf("data folder %s: lock: %w", path, err)
	}
	if err := sign(lock); err != nil {
		lock.Close()
		return nil, fmt.Errorf("data folder %s: lock: %w", path, err)
	}
	return &Folder{path: path, lock: lock}, nil
}

// Path returns the absolute path of elem inside the folder, symbolic links resolved.
func (f *Folder) Path(elem ...string) string {
	return filepath.Join(append([]string{f.path}, elem...)...)
}

// Close lets go of the folder. Nothing in it is removed.
func (f *Folder) Close() error {
	// Closing the file does not suffice: a child that another goroutine is just starting has it open until it runs.
	if err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_UN); err != nil {
		return fmt.Errorf("data folder %s: unlock: %w", f.path, err)
	}
	return f.lock.Close()
}

func prepare(path string) (string, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	path, err := filepath.Abs(path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	return path, nil
}

func sign(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holder names the process that signed the lock; between its lock and its signature the file may be empty.
func holder(lock *os.File) string {
	text := make([]byte, 32)
	n, _ := lock.ReadAt(text, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	if err != nil {
		return "another process"
	}
	return "process " + strconv.Itoa(pid)
}

package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRunning reports that no stack serves on the data folder.
var ErrNotRunning = errors.New("not running")

// Address is what a running stack tells about itself in its data folder. It holds a password and the
// token, so only the folder's owner can read it.
type Address struct {
	PID      int    `json:"pid"`
	URL      string `json:"url"`
	Temporal string `json:"temporal"`
	Database string `json:"database"`
	Token    string `json:"-"`
}

// announce writes the file by which other processes find the stack.
func (s *Stack) announce(context.Context) error {
	if s.folder == nil {
		return nil
	}
	text, err := json.MarshalIndent(Address{
		PID: os.Getpid(), URL: s.URL, Temporal: s.TemporalAddress, Database: s.DatabaseURL,
	}, "", "  ")
	if err != nil {
		return err
	}
	path := s.folder.Path(serverFile)
	if err := writePrivate(path, append(text, '\n')); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	s.onStop("announcement", func(context.Context) error { return os.Remove(path) })
	return nil
}

// Locate reads where the stack of a data folder serves. ErrNotRunning: nothing says so. A stack that
// was killed left its word behind; nothing answers at the address then.
func Locate(data string) (Address, error) {
	var a Address
	text, err := os.ReadFile(filepath.Join(data, serverFile))
	if errors.Is(err, fs.ErrNotExist) {
		return a, fmt.Errorf("data folder %s: %w", data, ErrNotRunning)
	}
	if err != nil {
		return a, fmt.Errorf("data folder: %w", err)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, fmt.Errorf("data folder %s: %w", data, err)
	}
	token, err := os.ReadFile(filepath.Join(data, tokenFile))
	if err != nil {
		return a, fmt.Errorf("data folder: %w", err)
	}
	a.Token = strings.TrimSpace(string(token))
	return a, nil
}

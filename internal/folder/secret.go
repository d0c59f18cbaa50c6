package folder

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Secret returns the secret of that name: 64 hexadecimal digits, made at the first call and the same ever after. It
// lies in a file of that name which only the folder's owner can read.
func (f *Folder) Secret(name string) (string, error) {
	text, err := os.ReadFile(f.Path(name))
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	random := make([]byte, 32)
	rand.Read(random)
	secret := hex.EncodeToString(random)
	if err := write(f.Path(name), secret+"\n"); err != nil {
		return "", fmt.Errorf("secret %s: %w", name, err)
	}
	return secret, nil
}

// write puts text into path at once: after a crash the file holds all of it or is as it was.
func write(path, text string) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"waybill/definitions"
	"waybill/definitions/packs"
)

// packFolder opens the pack that an argument names: a folder, with the packs beside it that it uses, or a
// pack that comes with the binary.
func packFolder(name string) (fs.FS, error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		whole, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		return definitions.Beside(os.DirFS(filepath.Dir(whole)), filepath.Base(whole))
	}
	if folder, found := packs.Open(name); found {
		return folder, nil
	}
	return nil, withCode(exitUsage, fmt.Errorf("%s: neither a folder nor a pack that comes with waybill (%s)",
		name, strings.Join(packs.Names(), ", ")))
}

package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"waybill/definitions/packs"
)

// packFolder opens the pack that an argument names: a folder, or a pack that comes with the binary.
func packFolder(name string) (fs.FS, error) {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		return os.DirFS(name), nil
	}
	if folder, found := packs.Open(name); found {
		return folder, nil
	}
	return nil, withCode(exitUsage, fmt.Errorf("%s: neither a folder nor a pack that comes with waybill (%s)",
		name, strings.Join(packs.Names(), ", ")))
}

// Package packs holds the industries' packs that come with the binary.
package packs

import (
	"embed"
	"io/fs"
	"slices"

	"waybill/definitions"
)

//go:embed manufacturing
var files embed.FS

// Names returns the names of the packs, sorted.
func Names() []string { return []string{"manufacturing"} }

// Open returns the folder of a pack with the packs that it uses, and false where there is none of that name.
func Open(name string) (fs.FS, bool) {
	if !slices.Contains(Names(), name) {
		return nil, false
	}
	folder, err := definitions.Beside(files, name)
	return folder, err == nil
}

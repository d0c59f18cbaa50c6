package main

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"waybill/api"
)

type deployCommand struct {
	serverFlags
	actorFlags
	Pack    string `arg:"" name:"pack" help:"Folder of the pack, or the name of one that comes with waybill."`
	Propose bool   `help:"Wait for a second person's approval. The server may be set to do so always."`
}

func (deployCommand) Help() string {
	return `Makes a new revision of the pack. Running instances stay on theirs. A pack with findings is not deployed, and one that is unchanged makes no revision. What differs from the revision before is shown.

Examples:
  waybill deploy ./my-pack
  waybill deploy ./my-pack --propose --as li.wei
  waybill deploy manufacturing --as li.wei`
}

func (c *deployCommand) Run(ctx context.Context, out *printer) error {
	folder, err := packFolder(c.Pack)
	if err != nil {
		return err
	}
	files, err := readPack(folder)
	if err != nil {
		return err
	}
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var deployed api.Revision
	err = server.do(ctx, request{
		method: http.MethodPost, path: "/api/v1/packs", header: c.headers(), body: map[string]any{"files": files, "propose": c.Propose},
	}, &deployed)
	if err != nil {
		return err
	}
	return out.show(deployed, func() {
		for _, w := range deployed.Warnings {
			out.line("%s: %s %s %s", w.Field, out.yellow("warning:"), w.Message, out.faint("["+w.Code+"]"))
		}
		switch {
		case deployed.Proposal != nil:
			out.line("%s %s as %s: somebody else approves it with waybill proposal approve %s", out.yellow("proposed"), deployed.Pack, deployed.Proposal, deployed.Pack)
		case deployed.New:
			out.line("%s %s revision %d %s", out.green("deployed"), deployed.Pack, deployed.Number, out.faint(deployed.Hash))
		default:
			out.line("%s is unchanged: revision %d stays the newest", deployed.Pack, deployed.Number)
		}
		if len(deployed.Changes) > 0 && deployed.Number > 1 {
			out.changes(deployed.Changes)
		}
	})
}

// readPack reads the texts of a pack's files by their paths. Hidden files are left out.
func readPack(folder fs.FS) (map[string]string, error) {
	files := map[string]string{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(entry.Name(), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() || hidden || !isText(name):
			return nil
		}
		text, err := fs.ReadFile(folder, name)
		files[name] = string(text)
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no files of a pack in there")
	}
	if err != nil {
		return nil, withCode(exitUsage, fmt.Errorf("pack: %w", err))
	}
	return files, nil
}

// isText tells the kinds of files that packs are made of.
func isText(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".csv":
		return true
	}
	return false
}

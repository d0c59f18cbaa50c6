package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"

	"waybill/activities"
	"waybill/api"
	"waybill/definitions"
	"waybill/definitions/difference"
)

type diffCommand struct {
	serverFlags
	Pack string `arg:"" name:"pack" help:"Name of a deployed pack, or a folder: then it is compared with the newest revision."`
	From string `help:"The older: the number of a revision, or a folder. Default: the newest revision, or the one before --to." placeholder:"N|FOLDER"`
	To   string `help:"The newer: the number of a revision, or a folder. Default: the pack given." placeholder:"N|FOLDER"`
}

func (diffCommand) Help() string {
	return `Steps that were added, removed, moved, renamed and changed, rows of decision tables, settings, roles, messages, types, outcomes. A step that went while a much alike one came is shown as probably renamed. Two folders are compared without a server.

Examples:
  waybill diff ./my-pack
  waybill diff manufacturing
  waybill diff manufacturing --from 3 --to 4
  waybill diff manufacturing --from 3 --to ./my-pack
  waybill diff ./my-pack --from ./my-old-pack`
}

func (c *diffCommand) Run(ctx context.Context, out *printer) error {
	if c.To == "" && isFolder(c.Pack) {
		c.To = c.Pack
	}
	var found api.Changes
	var err error
	switch {
	case isFolder(c.From) && isFolder(c.To):
		found, err = compareFolders(c.From, c.To)
	case isFolder(c.From):
		err = withCode(exitUsage, errors.New("a folder is compared with another folder, or as --to with a revision"))
	case isFolder(c.To):
		found, err = c.folder(ctx, out)
	default:
		found, err = c.revisions(ctx, out)
	}
	if err != nil {
		return err
	}
	return out.show(found, func() {
		out.line("%s", out.bold(headingOf(found)))
		out.changes(found.Items)
	})
}

func headingOf(c api.Changes) string {
	from, to := fmt.Sprintf("revision %d", c.From), fmt.Sprintf("revision %d", c.To)
	if c.From == 0 {
		from = "nothing"
	}
	if c.To == 0 {
		to = "the folder"
	}
	return fmt.Sprintf("%s: %s -> %s", c.Pack, from, to)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return name != "" && err == nil && info.IsDir()
}

// compareFolders compares two packs that need not be deployed.
func compareFolders(from, to string) (api.Changes, error) {
	older, err := loadPack(from)
	if err != nil {
		return api.Changes{}, err
	}
	newer, err := loadPack(to)
	if err != nil {
		return api.Changes{}, err
	}
	return api.Changes{Pack: newer.Name, Items: difference.Packs(older, newer)}, nil
}

func loadPack(name string) (*definitions.Pack, error) {
	folder, err := packFolder(name)
	if err != nil {
		return nil, err
	}
	catalogue, err := activities.Catalogue()
	if err != nil {
		return nil, err
	}
	pack, findings := definitions.Load(folder, catalogue)
	if pack == nil {
		return nil, withCode(exitFindings, fmt.Errorf("%s has %s: see waybill validate", name, counted(len(findings), "finding")))
	}
	return pack, nil
}

// folder compares a folder with a revision.
func (c *diffCommand) folder(ctx context.Context, out *printer) (api.Changes, error) {
	var found api.Changes
	from, err := revisionNumber(c.From, "--from")
	if err != nil {
		return found, err
	}
	folder, err := packFolder(c.To)
	if err != nil {
		return found, err
	}
	files, err := readPack(folder)
	if err != nil {
		return found, err
	}
	server, err := c.connect(out)
	if err != nil {
		return found, err
	}
	err = server.do(ctx, request{method: http.MethodPost, path: "/api/v1/changes", body: map[string]any{"files": files, "from": from}}, &found)
	return found, err
}

// revisions compares two revisions.
func (c *diffCommand) revisions(ctx context.Context, out *printer) (api.Changes, error) {
	var found api.Changes
	query := url.Values{}
	for flag, text := range map[string]string{"from": c.From, "to": c.To} {
		number, err := revisionNumber(text, "--"+flag)
		if err != nil {
			return found, err
		}
		query.Set(flag, strconv.Itoa(number))
	}
	server, err := c.connect(out)
	if err != nil {
		return found, err
	}
	err = server.do(ctx, request{method: http.MethodGet, path: packPath(c.Pack) + "/changes", query: query}, &found)
	return found, err
}

func packPath(pack string) string { return "/api/v1/packs/" + url.PathEscape(pack) }

// revisionNumber reads the number of a revision; "" is 0.
func revisionNumber(text, flag string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, withCode(exitUsage, fmt.Errorf("%s %s: neither the number of a revision nor a folder", flag, text))
	}
	return n, nil
}

type revisionsCommand struct {
	serverFlags
	Pack string `arg:"" help:"Name of the pack."`
}

func (revisionsCommand) Help() string {
	return `The newest first, each with who deployed and who approved it, and how many running instances are on it.

Examples:
  waybill revisions manufacturing
  waybill revisions manufacturing --json`
}

func (c *revisionsCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var found page[api.DeployedRevision]
	if err := server.do(ctx, request{method: http.MethodGet, path: packPath(c.Pack) + "/revisions"}, &found); err != nil {
		return err
	}
	return out.show(found, func() {
		var rows [][]string
		for _, r := range found.Items {
			rows = append(rows, []string{strconv.Itoa(r.Revision), strconv.Itoa(r.Running), moment(&r.Deployed), r.By, r.ApprovedBy, r.Hash[:min(len(r.Hash), 19)]})
		}
		out.table([]string{"REVISION", "RUNNING", "DEPLOYED", "BY", "APPROVED BY", "HASH"}, rows)
	})
}

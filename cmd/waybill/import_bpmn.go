package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waybill/definitions/bpmn"
	"waybill/definitions/yamltext"
)

type importBPMNCommand struct {
	File      string `arg:"" name:"file" help:"BPMN 2.0 XML." type:"existingfile"`
	Output    string `name:"output" short:"o" help:"Process file (.process.yaml) or folder of a pack to write; what the pack lacks is written beside it. Without it, the process goes to the standard output." placeholder:"PATH"`
	Overwrite bool   `help:"Write over process files that are there already."`
}

func (importBPMNCommand) Help() string {
	return `A diagram that waybill drew comes back as the process that it was. Of one from another tool the blocks are found and written as steps; what could not be taken, or needs what a diagram does not say, is told with its element and line.

Examples:
  waybill import bpmn invoice.bpmn
  waybill import bpmn invoice.bpmn -o ./my-pack/invoice.process.yaml
  waybill import bpmn invoice.bpmn -o ./my-pack/`
}

// takenOver is what came of a BPMN file, as JSON.
type takenOver struct {
	*bpmn.Result
	Written []string `json:"written"`
}

func (c *importBPMNCommand) Run(out *printer) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	result, err := bpmn.Import(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.Output == "" && len(result.Processes) > 1 && !out.json {
		return withCode(exitUsage, fmt.Errorf("%s has %d processes: name a folder for them with -o", c.File, len(result.Processes)))
	}
	taken := takenOver{Result: result, Written: []string{}}
	if c.Output != "" {
		if taken.Written, err = c.write(result); err != nil {
			return err
		}
	}
	return out.show(taken, func() { out.takenOver(c, taken) })
}

// takenOver writes what came of a BPMN file: the process, or where it was written, and beside it what has to
// be looked at.
func (p *printer) takenOver(c *importBPMNCommand, t takenOver) {
	if c.Output == "" {
		p.line("%s", strings.TrimSuffix(t.Processes[0].Text, "\n"))
	}
	for _, name := range t.Written {
		p.line("%s %s", p.green("OK"), name)
	}
	lost := 0
	for _, r := range t.Remarks {
		mark := p.yellow("changed:")
		if r.Lost {
			lost++
			mark = p.red("left out:")
		}
		p.note("%s %s %s", p.bold(fmt.Sprintf("%s:%d:", c.File, r.Line)), mark, strings.TrimPrefix(r.String(), fmt.Sprintf("line %d: ", r.Line)))
	}
	if len(t.Remarks) > 0 {
		p.note("%d left out, %d changed", lost, len(t.Remarks)-lost)
	}
}

// write writes the processes, and of what they need what the folder lacks. It returns the files written.
func (c *importBPMNCommand) write(r *bpmn.Result) ([]string, error) {
	folder := c.Output
	if strings.HasSuffix(c.Output, ".process.yaml") {
		if len(r.Processes) > 1 {
			return nil, withCode(exitUsage, fmt.Errorf("%s has %d processes: name a folder for them with -o", c.File, len(r.Processes)))
		}
		folder = filepath.Dir(c.Output)
		r.Processes[0].Name = filepath.Base(c.Output)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a pack is for everybody
		return nil, err
	}
	written := []string{}
	for _, f := range r.Processes {
		how := os.O_EXCL
		if c.Overwrite {
			how = os.O_TRUNC
		}
		err := create(filepath.Join(folder, f.Name), f.Text, how)
		if errors.Is(err, fs.ErrExist) {
			return written, fmt.Errorf("%w: write over it with --overwrite", err)
		}
		if err != nil {
			return written, err
		}
		written = append(written, filepath.Join(folder, f.Name))
	}
	for _, f := range append(r.Needs, packFor(folder, r.Roles)) {
		switch err := create(filepath.Join(folder, f.Name), f.Text, os.O_EXCL); {
		case errors.Is(err, fs.ErrExist):
		case err != nil:
			return written, err
		default:
			written = append(written, filepath.Join(folder, f.Name))
		}
	}
	return written, nil
}

// create writes a file: one that is not there yet with os.O_EXCL, any with os.O_TRUNC.
func create(name, text string, how int) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|how, 0o644) //nolint:gosec // a pack is for everybody
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// packFor makes the pack.yaml of a folder that has none.
func packFor(folder string, roles []string) bpmn.File {
	name := "pack"
	if whole, err := filepath.Abs(folder); err == nil {
		name = bpmn.Name(filepath.Base(whole))
	}
	titles := yamltext.Map()
	for _, role := range slices.Sorted(slices.Values(roles)) {
		yamltext.Set(titles, role, yamltext.Text(strings.ReplaceAll(role, "_", " ")))
	}
	return bpmn.File{Name: "pack.yaml", Text: yamltext.Block(yamltext.Map("name", name, "roles", titles))}
}

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/diagram"
)

type diagramCommand struct {
	Of        string `arg:"" name:"pack" help:"Folder of a pack, one of its .process.yaml files, or the name of a pack that comes with waybill."`
	Process   string `help:"Only this process of the pack." placeholder:"ID"`
	Format    string `help:"${enum}: a picture; BPMN 2.0 XML with its layout, for other tools; or Mermaid text, for Markdown." enum:"svg,bpmn,mermaid" default:"svg"`
	Output    string `name:"output" short:"o" help:"File to write, or a folder, which gets a file for each process; without it, a single process goes to the standard output." placeholder:"PATH"`
	Direction string `help:"${enum}: how the process runs over the picture; down suits phones." enum:"right,down" default:"right"`
	languageFlag
}

func (diagramCommand) Help() string {
	return `Draws processes. The layout is computed from the blocks of the definition; no flows cross. It needs no server.

Examples:
  waybill diagram ./my-pack/order.process.yaml -o order.svg
  waybill diagram manufacturing --process quote --lang zh-CN --direction down -o quote.svg
  waybill diagram manufacturing --format bpmn -o ./diagrams
  waybill diagram ./my-pack --process order --format mermaid`
}

// drawn is a written diagram, as JSON.
type drawn struct {
	Process string  `json:"process"`
	File    string  `json:"file,omitempty"`
	Diagram string  `json:"diagram,omitempty"` // where no file was asked for
	Width   float64 `json:"width"`
	Height  float64 `json:"height"`
}

func (c *diagramCommand) Run(out *printer) error {
	files, processes, err := c.processes(out)
	if err != nil {
		return err
	}
	whole := c.wholeFolder()
	if len(processes) > 1 && !whole {
		var ids []string
		for _, p := range processes {
			ids = append(ids, p.ID)
		}
		return withCode(exitUsage, fmt.Errorf("%s has several processes: name one with --process (%s), or a folder with -o", c.Of, strings.Join(ids, ", ")))
	}
	found := []drawn{}
	for _, p := range processes {
		source, err := fs.ReadFile(files, fileOf(p))
		if err != nil {
			return err
		}
		written, _ := definitions.ReadYAML(fileOf(p), source)
		d := diagram.Of(p, diagram.Options{Direction: diagram.Direction(c.Direction), Lang: c.tag(), Written: written})
		text, err := c.written(d)
		if err != nil {
			return err
		}
		one := drawn{Process: p.ID, Width: d.Width, Height: d.Height, File: c.Output}
		if whole {
			one.File = filepath.Join(c.Output, p.ID+c.ending())
		}
		if one.File == "" {
			one.Diagram = string(text)
		} else if err := os.WriteFile(one.File, text, 0o644); err != nil { //nolint:gosec // a picture is for everybody
			return fmt.Errorf("diagram of %s: %w", p.ID, err)
		}
		found = append(found, one)
	}
	return out.show(found, func() { out.drawings(found) })
}

// drawings writes a diagram, or where they were written.
func (p *printer) drawings(all []drawn) {
	for _, d := range all {
		if d.File == "" {
			p.line("%s", strings.TrimSuffix(d.Diagram, "\n"))
			continue
		}
		p.line("%s %s: %s", p.green("OK"), d.Process, d.File)
	}
}

// wholeFolder tells whether the output is a folder; one that is named with a slash is made.
func (c *diagramCommand) wholeFolder() bool {
	if strings.HasSuffix(c.Output, string(filepath.Separator)) {
		return os.MkdirAll(c.Output, 0o755) == nil //nolint:gosec // pictures are for everybody
	}
	info, err := os.Stat(c.Output)
	return err == nil && info.IsDir()
}

func (c *diagramCommand) ending() string {
	return map[string]string{"svg": ".svg", "bpmn": ".bpmn", "mermaid": ".mmd"}[c.Format]
}

func (c *diagramCommand) written(d *diagram.Diagram) ([]byte, error) {
	var text bytes.Buffer
	write := map[string]func() error{
		"svg":     func() error { return d.WriteSVG(&text) },
		"bpmn":    func() error { return d.WriteBPMN(&text) },
		"mermaid": func() error { return d.WriteMermaid(&text) },
	}[c.Format]
	err := write()
	return text.Bytes(), err
}

// processes returns the files of the pack, and those to draw, by id. A pack with mistakes has none: they are shown.
func (c *diagramCommand) processes(out *printer) (fs.FS, []*definitions.Process, error) {
	folder, file := c.Of, ""
	if info, err := os.Stat(c.Of); err == nil && !info.IsDir() {
		folder, file = filepath.Dir(c.Of), filepath.Base(c.Of)
	}
	files, err := packFolder(folder)
	if err != nil {
		return nil, nil, err
	}
	catalogue, err := activities.Catalogue()
	if err != nil {
		return nil, nil, err
	}
	pack, findings := definitions.Load(files, catalogue)
	if pack == nil {
		broken := checked{Pack: folder, Findings: []foundMistake{}}
		broken.add(findings)
		if err := out.show(broken, func() { out.findings(broken, findings) }); err != nil {
			return nil, nil, err
		}
		return nil, nil, shownError{exitFindings}
	}
	var found []*definitions.Process
	for _, id := range slices.Sorted(maps.Keys(pack.Processes)) {
		p := pack.Processes[id]
		if strings.Contains(id, ".") { // of a pack that this one uses
			continue
		}
		if (c.Process == "" || c.Process == id) && (file == "" || fileOf(p) == file) {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return nil, nil, withCode(exitNotFound, fmt.Errorf("%s: no such process; there are %s", strings.TrimSpace(c.Of+" "+c.Process),
			strings.Join(slices.Sorted(maps.Keys(pack.Processes)), ", ")))
	}
	return files, found, nil
}

// fileOf returns the file of a process, which is called like it where nothing in it has a place.
func fileOf(p *definitions.Process) string {
	for _, s := range p.Steps {
		return s.Pos.File
	}
	for _, s := range p.Starts {
		return s.Pos.File
	}
	return p.ID + ".process.yaml"
}

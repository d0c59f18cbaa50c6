package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"waybill/definitions/schema"
)

type schemaCommand struct {
	Kind   string `arg:"" optional:"" help:"process, decision, pack, types or test."`
	Output string `short:"o" type:"path" help:"Write to this file instead of standard output." xor:"to"`
	All    string `type:"path" help:"Write all of them into this folder." xor:"to"`
}

func (schemaCommand) Help() string {
	return `Editors complete, explain and check a pack's files by these JSON Schemas. It needs no server.

Examples:
  waybill schema process
  waybill schema process -o process.schema.json
  waybill schema --all ./my-pack/schemas

A file names its schema in a comment:
  # yaml-language-server: $schema=schemas/process.schema.json`
}

// wroteSchemas says what schema --all has written, as JSON.
type wroteSchemas struct {
	Files []string `json:"files"`
}

func (c *schemaCommand) Run(out *printer) error {
	language := schema.Describe()
	if c.All != "" {
		return c.writeAll(language, out)
	}
	for _, f := range language.Files {
		if f.Name != c.Kind {
			continue
		}
		text, err := language.JSON(f)
		if err != nil {
			return err
		}
		if c.Output != "" {
			return os.WriteFile(c.Output, text, 0o644)
		}
		_, err = out.out.Write(text)
		return err
	}
	if c.Kind == "" {
		return withCode(exitUsage, errors.New("say which kind of file is meant: process, decision, pack, types or test; --all DIR writes all"))
	}
	return withCode(exitUsage, fmt.Errorf("schema %q: the kinds of files are process, decision, pack, types and test; --all DIR writes all", c.Kind))
}

func (c *schemaCommand) writeAll(language *schema.Language, out *printer) error {
	if err := os.MkdirAll(c.All, 0o755); err != nil {
		return err
	}
	var wrote wroteSchemas
	for _, f := range language.Files {
		text, err := language.JSON(f)
		if err != nil {
			return err
		}
		name := filepath.Join(c.All, f.Name+".schema.json")
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
		wrote.Files = append(wrote.Files, name)
	}
	return out.show(wrote, func() {
		for _, name := range wrote.Files {
			out.line("%s", name)
		}
	})
}

package main

import (
	"context"
	"os"
	"time"

	"waybill/activities"
	"waybill/cmd/waybill/lsp"
)

type lspCommand struct {
	Docs  string        `help:"Where the explanations of findings stand, for links from the editor; #code is added." placeholder:"URL"`
	Quiet time.Duration `default:"200ms" help:"How long nothing may change before mistakes are looked for."`
}

func (lspCommand) Help() string {
	return `Editors start it themselves: see docs/analysts.md for VS Code, Neovim and JetBrains. It speaks the Language Server
Protocol: mistakes with their mending, completion, explanations, definitions, references, renaming, outline.

Example:
  waybill lsp --docs https://example.com/findings.md`
}

func (c *lspCommand) Run(ctx context.Context, out *printer) error {
	catalogue, err := activities.Catalogue()
	if err != nil {
		return err
	}
	return lsp.Serve(ctx, os.Stdin, out.out, lsp.Options{
		Catalogue: catalogue, Version: version(), Docs: c.Docs, Quiet: c.Quiet,
	})
}

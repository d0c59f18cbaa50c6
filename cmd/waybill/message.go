package main

import (
	"context"
	"net/http"
	"os"

	"waybill/api"
)

type messageCommand struct {
	serverFlags
	As   string `help:"The person who sends it; nobody for a system." env:"WAYBILL_AS" placeholder:"PERSON"`
	Name string `arg:"" name:"message" help:"Its name, as a pack declares it."`
	valuesFlags
	About string `name:"about" short:"k" help:"What it is about: the key that a wait names." placeholder:"KEY"`
	ID    string `help:"The sender's id of the message; the same id twice counts once." placeholder:"ID"`
}

func (messageCommand) Help() string {
	return `Sends a message to the wait for it that is open longest, or starts what it starts. The values are its content.

Examples:
  waybill message goods.arrived --about PO-1 quantity=40 --id delivery-77
  waybill message order.cancelled --about SO-1 --with @reason.json`
}

func (c *messageCommand) Run(ctx context.Context, out *printer) error {
	with, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	body := map[string]any{"message": c.Name, "with": with}
	if c.About != "" {
		body["key"] = c.About
	}
	if c.ID != "" {
		body["id"] = c.ID
	}
	var delivered api.Delivered
	err = server.do(ctx, request{
		method: http.MethodPost, path: "/api/v1/messages", header: actorFlags{As: c.As}.headers(), body: body,
	}, &delivered)
	if err != nil {
		return err
	}
	return out.show(delivered, func() {
		switch delivered.State {
		case "kept":
			out.line("%s: nobody waits for it yet", out.yellow("kept"))
		default:
			out.line("%s by %s%s", out.green("taken"), delivered.Instance,
				pendingNote(api.Taken{State: delivered.State, Repeated: delivered.Repeated}))
		}
	})
}

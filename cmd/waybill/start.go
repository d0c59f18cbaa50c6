package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"waybill/api"
)

type startCommand struct {
	serverFlags
	actorFlags
	Process string `arg:"" name:"pack/process" help:"The process, such as manufacturing/quote. Without a pack: the only deployed one."`
	valuesFlags
	Revision int `help:"Revision of the pack. Default: the newest." placeholder:"N"`
}

func (startCommand) Help() string {
	return `Starts an instance; the values are the process's input.

Examples:
  waybill start manufacturing/service_case --with @case.json --as li.wei
  waybill start sell number=SO-1 quantity=3
  waybill start sell number=1001 'lines=[{"sku":"B-1","quantity":2}]'`
}

func (c *startCommand) Run(ctx context.Context, out *printer) error {
	input, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	pack, process, found := strings.Cut(c.Process, "/")
	if !found {
		process = c.Process
		if pack, err = server.onlyPack(ctx); err != nil {
			return err
		}
	}
	var taken api.Taken
	err = server.do(ctx, request{
		method: http.MethodPost, header: c.headers(),
		path: "/api/v1/packs/" + url.PathEscape(pack) + "/processes/" + url.PathEscape(process) + "/instances",
		body: map[string]any{"input": input, "revision": c.Revision},
	}, &taken)
	if err != nil {
		return err
	}
	return out.show(taken, func() {
		out.line("%s %s%s", out.green("started"), taken.Instance, pendingNote(taken))
	})
}

// onlyPack returns the name of the one pack that is deployed.
func (c *client) onlyPack(ctx context.Context) (string, error) {
	var packs page[api.Revision]
	if err := c.do(ctx, request{method: http.MethodGet, path: "/api/v1/packs"}, &packs); err != nil {
		return "", err
	}
	switch len(packs.Items) {
	case 0:
		return "", withCode(exitNotFound, fmt.Errorf(`no pack is deployed: "waybill deploy DIR" deploys one`))
	case 1:
		return packs.Items[0].Pack, nil
	}
	return "", withCode(exitUsage, fmt.Errorf("%d packs are deployed: say which one, as PACK/PROCESS", len(packs.Items)))
}

// pendingNote says what it means that no turn has taken a request yet.
func pendingNote(taken api.Taken) string {
	switch {
	case taken.Repeated:
		return " (as before: the same request was taken under this key)"
	case taken.State == "pending":
		return " (committed; it will be taken shortly)"
	}
	return ""
}

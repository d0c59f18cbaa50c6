package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"waybill/api"
)

type settingCommand struct {
	List settingListCommand `cmd:"" help:"List the settings of a pack, with the values in force."`
	Set  settingSetCommand  `cmd:"" help:"Change a setting, for running instances too."`
}

type settingListCommand struct {
	serverFlags
	languageFlag
	Pack string `arg:"" help:"Name of the pack."`
}

func (settingListCommand) Help() string {
	return `Examples:
  waybill setting list manufacturing
  waybill setting list manufacturing --lang zh-CN`
}

func (c *settingListCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var settings page[api.Setting]
	err = server.do(ctx, request{method: http.MethodGet, path: settingsPath(c.Pack)}, &settings)
	if err != nil {
		return err
	}
	return out.show(settings, func() {
		var rows [][]string
		for _, s := range settings.Items {
			changed := ""
			if s.Changed {
				changed = c.say("changed")
			}
			rows = append(rows, []string{s.Name, s.Type, settingText(s), changed, c.title(s.Title, "")})
		}
		out.table(c.headings("NAME", "TYPE", "VALUE", "", "TITLE"), rows)
	})
}

func settingsPath(pack string) string { return "/api/v1/packs/" + url.PathEscape(pack) + "/settings" }

// settingText is the value as an analyst writes it: money as "50000 CNY", a text without quotes.
func settingText(s api.Setting) string {
	var money struct {
		Amount   json.Number `json:"amount"`
		Currency string      `json:"currency"`
	}
	if json.Unmarshal(s.Value, &money) == nil && money.Currency != "" {
		return money.Amount.String() + " " + money.Currency
	}
	var text string
	if json.Unmarshal(s.Value, &text) == nil {
		return text
	}
	return string(s.Value)
}

type settingSetCommand struct {
	serverFlags
	actorFlags
	Pack  string `arg:"" help:"Name of the pack."`
	Name  string `arg:"" help:"Name of the setting."`
	Value string `arg:"" help:"The new value, written as in pack.yaml."`
}

func (settingSetCommand) Help() string {
	return `The new value counts from the next turn of every instance on; who changed it from what is recorded.

Examples:
  waybill setting set manufacturing controller_limit 80000 --as li.wei
  waybill setting set manufacturing payment_days 45`
}

func (c *settingSetCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	value, err := written(c.Value)
	if err != nil {
		return err
	}
	var set api.Setting
	err = server.do(ctx, request{
		method: http.MethodPut, path: settingsPath(c.Pack) + "/" + url.PathEscape(c.Name), header: c.headers(),
		body: map[string]any{"value": value},
	}, &set)
	if err != nil {
		return err
	}
	return out.show(set, func() { out.line("%s %s", out.bold(set.Name), settingText(set)) })
}

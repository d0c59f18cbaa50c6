package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"waybill/api"
	"waybill/internal/stack"
)

// serverFlags say which server a command speaks to.
type serverFlags struct {
	Server string `help:"URL of the server. Default: the one that \"waybill up\" runs on the data folder." env:"WAYBILL_SERVER" placeholder:"URL"`
	Token  string `help:"Token of the server. Default: the one in the data folder." env:"WAYBILL_TOKEN" placeholder:"TOKEN"`
	Data   string `help:"Data folder of \"waybill up\"." env:"WAYBILL_DATA" default:".waybill" placeholder:"DIR"`
}

// actorFlags say for whom a command acts, and make it safe to repeat.
type actorFlags struct {
	As  string `help:"The person who does this." env:"WAYBILL_AS" placeholder:"PERSON"`
	For string `help:"The person whom the one who does this stands in for." placeholder:"PERSON"`
	Key string `name:"idempotency-key" help:"With the same key, the same command is done once, however often it is given." placeholder:"KEY"`
}

func (a actorFlags) headers() http.Header {
	h := http.Header{}
	for name, text := range map[string]string{"Waybill-As": a.As, "Waybill-For": a.For, "Idempotency-Key": a.Key} {
		if text != "" {
			h.Set(name, text)
		}
	}
	return h
}

const noServerMend = `run "waybill up" in another terminal, or give --server`

// errNoServer reports that nothing serves where the command looks for a server.
var errNoServer = errors.New("no server")

// patience is longer than any answer of the server takes.
const patience = time.Minute

// client speaks to a server.
type client struct {
	base  string
	token string
	http  http.Client
	out   *printer // shows that an answer is awaited; nil where something else shows how far it is
}

// connect finds the server. Its error says what to do.
func (f serverFlags) connect(out *printer) (*client, error) {
	c := &client{base: strings.TrimRight(f.Server, "/"), token: f.Token, http: http.Client{Timeout: patience}, out: out}
	if at, err := url.Parse(c.base); c.base != "" && (err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https") {
		return nil, withCode(exitUsage, fmt.Errorf("--server %q: not an address such as http://127.0.0.1:8080", f.Server))
	}
	if c.base != "" && c.token != "" {
		return c, nil
	}
	found, err := stack.Locate(f.Data)
	switch {
	case err == nil:
	case c.base != "":
		return nil, withCode(exitUsage, errors.New("no token: give --token, or set WAYBILL_TOKEN"))
	case errors.Is(err, stack.ErrNotRunning):
		return nil, withCode(exitUnavailable, fmt.Errorf("%w on data folder %s: %s", errNoServer, f.Data, noServerMend))
	default:
		return nil, withCode(exitUnavailable, err)
	}
	if c.base == "" {
		c.base = found.URL
	}
	if c.token == "" {
		c.token = found.Token
	}
	return c, nil
}

// request is one call of the API.
type request struct {
	method string
	path   string
	query  url.Values
	header http.Header
	body   any // nil for none
}

// do sends the request and reads the answer into answer. Errors: *problemError where the server
// refuses, errNoServer where nothing answers.
func (c *client) do(ctx context.Context, r request, answer any) error {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	address := c.base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return withCode(exitUsage, fmt.Errorf("server %s: %w", c.base, err))
	}
	if r.header != nil {
		sent.Header = r.header
	}
	sent.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	if c.out != nil {
		defer c.out.awaiting("waiting for the server")()
	}
	got, err := c.http.Do(sent)
	if err != nil {
		return c.unanswered(ctx, err)
	}
	defer got.Body.Close()
	return read(got, answer)
}

// unanswered is the error of a request that nothing answers.
func (c *client) unanswered(ctx context.Context, cause error) error {
	var sending *url.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(cause, syscall.ECONNREFUSED) || !errors.As(cause, &sending):
		cause = errors.New(noServerMend)
	case sending.Timeout():
		return withCode(exitUnavailable, fmt.Errorf(
			"no answer from %s within %v: look what became of it before you repeat it, or repeat it with the same --idempotency-key", c.base, patience))
	default:
		cause = sending.Err
	}
	return withCode(exitUnavailable, fmt.Errorf("%w at %s: %w", errNoServer, c.base, cause))
}

func read(got *http.Response, answer any) error {
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return withCode(exitUnavailable, fmt.Errorf("answer of the server: %w", err))
	}
	if got.StatusCode >= http.StatusBadRequest {
		p := &problemError{Problem: api.Problem{Status: got.StatusCode, Detail: http.StatusText(got.StatusCode)}}
		// What is no problem document comes from something between here and the server; its status says enough.
		_ = json.Unmarshal(text, &p.Problem)
		return p
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return withCode(exitUnavailable, fmt.Errorf("answer of the server: %w", err))
	}
	return nil
}

// page is a part of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// problemError is a refusal of the server.
type problemError struct{ api.Problem }

func (p *problemError) Error() string {
	text := p.Detail
	for _, e := range p.Errors {
		if e.Message == p.Detail {
			if named := p.Code == "wrong_outcome" || strings.HasPrefix(p.Detail, e.Field+":"); !named {
				text += " (" + place(e.Field) + ")"
			}
			continue
		}
		text += "\n  " + place(e.Field) + ": " + e.Message
		if e.Code != "" {
			text += " [" + e.Code + "]"
		}
		text += prefixed("\n    mended: ", e.Mend)
	}
	switch {
	case p.Code == "wrong_outcome":
		text += "; give it with --outcome"
	case p.Status == http.StatusUnauthorized:
		text += "; give --token, or set WAYBILL_TOKEN"
	}
	return text
}

// place names on the command line what a problem names in the request.
func place(field string) string {
	switch name, flag := strings.CutPrefix(field, "query."); {
	case flag:
		return "--" + name
	case field == "header.Waybill-As":
		return "--as"
	case field == "header.Waybill-For":
		return "--for"
	case field == "header.Idempotency-Key":
		return "--idempotency-key"
	}
	return field
}

func (p *problemError) exitCode() exitCode {
	switch {
	case p.Code == "findings":
		return exitFindings
	case p.Status == http.StatusNotFound:
		return exitNotFound
	case p.Status == http.StatusServiceUnavailable || p.Status == http.StatusBadGateway:
		return exitUnavailable
	case p.Status >= http.StatusInternalServerError:
		return exitFindings
	}
	return exitRefused
}

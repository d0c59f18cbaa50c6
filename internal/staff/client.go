package staff

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// errAway reports that no server answered, or that it could not.
var errAway = errors.New("the server is away")

// problem is a refusal, as RFC 9457 has it.
type problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
}

func (p *problem) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail)
	for _, e := range p.Errors {
		text += fmt.Sprintf(" (%s: %s)", e.Field, e.Message)
	}
	return text
}

// answerWithin bounds a request; the server itself answers within a few seconds.
const answerWithin = 20 * time.Second

// client speaks to the API.
type client struct {
	base, token string
	http        http.Client
}

func newClient(base, token string) *client {
	// Connections are kept for all who act at once: a new one each time would run out of ports.
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: answerWithin}
	return &client{base: base, token: token, http: http.Client{Timeout: answerWithin, Transport: transport}}
}

// page is a part of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// list reads all pages of a list; query may be nil.
func list[T any](ctx context.Context, c *client, path string, query url.Values) ([]T, error) {
	var all []T
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", "200")
	for {
		var part page[T]
		if err := c.get(ctx, path, query, &part); err != nil {
			return nil, err
		}
		all = append(all, part.Items...)
		if part.Next == "" {
			return all, nil
		}
		query.Set("after", part.Next)
	}
}

func (c *client) get(ctx context.Context, path string, query url.Values, answer any) error {
	return c.ask(ctx, http.MethodGet, path+"?"+query.Encode(), "", "", nil, answer)
}

// post sends a body as a person, once under the key however often it is sent.
func (c *client) post(ctx context.Context, path, as, key string, body, answer any) error {
	return c.ask(ctx, http.MethodPost, path, as, key, body, answer)
}

// ask sends a request. Errors: *problem where the server refuses, errAway where it does not answer.
func (c *client) ask(ctx context.Context, method, path, as, key string, body, answer any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	for name, text := range map[string]string{"Waybill-As": as, "Idempotency-Key": key} {
		if text != "" {
			r.Header.Set(name, text)
		}
	}
	got, err := c.http.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", errAway, err)
	}
	defer got.Body.Close()
	return read(got, answer)
}

func read(got *http.Response, answer any) error {
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return fmt.Errorf("%w: %w", errAway, err)
	}
	if got.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("%w: %s: %s", errAway, got.Status, text)
	}
	if got.StatusCode >= http.StatusBadRequest {
		p := &problem{Status: got.StatusCode, Detail: got.Status}
		// What is no problem document comes from something in between; its status says enough.
		_ = json.Unmarshal(text, p)
		return p
	}
	if answer == nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(answer)
}

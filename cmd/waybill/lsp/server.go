// Package lsp is the language server of packs: it speaks the Language Server Protocol with an editor, over any two
// streams, and asks package editor for the answers.
package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/definitions"
)

// Options are what a server needs to know.
type Options struct {
	Catalogue definitions.Catalogue
	Version   string
	// Docs is where the explanations of findings stand, such as https://example.com/findings.md; #code is added. ""
	// leaves it to the editor's settings.
	Docs string
	// Quiet is how long nothing may change before the mistakes are looked for.
	Quiet time.Duration
}

// ErrNoShutdown is the error of an editor that left without saying so.
var ErrNoShutdown = errors.New("the editor left without shutdown")

// Serve answers an editor until it says exit, or the streams end.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	s := &server{
		options: o, docs: o.Docs, wire: &wire{in: bufio.NewReader(in), out: out}, work: newWorkspace(o.Catalogue),
		queue: make(chan message, 64), dirty: make(chan struct{}, 1), cancelled: map[string]bool{},
	}
	group, ctx := errgroup.WithContext(ctx)
	ctx, stop := context.WithCancel(ctx)
	group.Go(func() error { return s.watch(ctx) })
	group.Go(func() error {
		defer stop()
		return s.handle(ctx)
	})
	// Reading cannot be interrupted: it ends with its stream, which outlives this function where the editor says exit.
	go s.read(ctx)
	return group.Wait()
}

// server is the state of one editor's connection.
type server struct {
	options Options
	docs    string
	wire    *wire
	work    *workspace
	queue   chan message
	dirty   chan struct{} // something changed since mistakes were looked for

	started, ended bool // initialize and shutdown came

	mu        sync.Mutex
	cancelled map[string]bool // the ids of requests that the editor no longer wants
}

// read puts messages into the queue. What the editor cancels is noted at once, before the requests ahead of it are
// answered.
func (s *server) read(ctx context.Context) {
	defer close(s.queue)
	for {
		m, err := s.wire.read()
		if f, ok := errors.AsType[*failure](err); ok {
			null := json.RawMessage("null")
			if s.wire.answer(&null, nil, f) != nil {
				return
			}
			continue
		}
		if err != nil {
			return
		}
		if m.Method == "$/cancelRequest" {
			s.cancel(m)
			continue
		}
		select {
		case s.queue <- m:
		case <-ctx.Done():
			return
		}
	}
}

func (s *server) cancel(m message) {
	var p struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(m.Params, &p) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancelled[string(p.ID)] = true
}

// isCancelled reports whether the editor no longer wants an answer, and forgets that it said so.
func (s *server) isCancelled(id *json.RawMessage) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	cancelled := s.cancelled[string(*id)]
	delete(s.cancelled, string(*id))
	return cancelled
}

// handle answers message by message, in the order in which they came.
func (s *server) handle(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case m, open := <-s.queue:
			switch {
			case !open || m.Method == "exit":
				if s.ended {
					return nil
				}
				return ErrNoShutdown
			case m.Method == "": // an answer to a request of ours: there are none
			case m.ID == nil:
				s.note(m)
			default:
				result, err := s.request(m)
				if err := s.wire.answer(m.ID, result, err); err != nil {
					return fmt.Errorf("answer to %s: %w", m.Method, err)
				}
			}
		}
	}
}

// requests are what an editor may ask.
func (s *server) requests() map[string]func(message) (any, error) {
	return map[string]func(message) (any, error){
		"textDocument/completion":     s.completion,
		"textDocument/hover":          s.hover,
		"textDocument/definition":     s.definition,
		"textDocument/references":     s.references,
		"textDocument/prepareRename":  s.prepareRename,
		"textDocument/rename":         s.rename,
		"textDocument/documentSymbol": s.symbols,
		"textDocument/codeAction":     s.actions,
	}
}

func (s *server) request(m message) (any, error) {
	if s.isCancelled(m.ID) {
		return nil, &failure{codeCancelled, "cancelled"}
	}
	switch {
	case m.Method == "initialize":
		return s.initialize(m)
	case !s.started:
		return nil, &failure{codeNotInitialized, "the first request must be initialize"}
	case s.ended:
		return nil, &failure{codeInvalidRequest, "nothing may come after shutdown but exit"}
	case m.Method == "shutdown":
		s.ended = true
		return nil, nil
	}
	answer, known := s.requests()[m.Method]
	if !known {
		return nil, &failure{codeNoMethod, "unknown method " + m.Method}
	}
	return guarded(answer, m)
}

// guarded keeps a fault in the answer to one question from taking the server from the editor.
func guarded(answer func(message) (any, error), m message) (result any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			result, err = nil, &failure{codeInternal, fmt.Sprintf("%s: %v", m.Method, fault)}
		}
	}()
	return answer(m)
}

func (s *server) initialize(m message) (any, error) {
	p, err := params[initializeParams](m)
	if err != nil {
		return nil, err
	}
	if p.InitializationOptions.Docs != "" {
		s.docs = p.InitializationOptions.Docs
	}
	s.started = true
	return map[string]any{
		"capabilities": capabilities(),
		"serverInfo":   map[string]any{"name": "waybill", "version": s.options.Version},
	}, nil
}

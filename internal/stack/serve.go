package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"

	"waybill/api"
	"waybill/workflows"
)

// headerWithin is how long a client may take to say what it wants.
const headerWithin = 10 * time.Second

// runs tells whether this process runs the part.
func (s *Stack) runs(part Part) bool { return slices.Contains(s.options.Parts, part) }

// serve starts the API.
func (s *Stack) serve(context.Context) error {
	if !s.runs(API) {
		return nil
	}
	listener, err := s.listen()
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: api.New(api.Options{
			Host: s.Host, Poker: poker{s.Temporal}, Version: s.options.Version, Ready: s.Ready, Log: s.log,
		}),
		ReadHeaderTimeout: headerWithin,
	}
	s.URL = "http://" + listener.Addr().String()
	s.onStop("api", server.Shutdown)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("api: %w", err))
		}
	}()
	return nil
}

// listen opens the API's port.
func (s *Stack) listen() (net.Listener, error) {
	address := s.options.Listen
	if address == "" && s.folder != nil {
		port, err := s.folder.Ports("api-port", 1)
		if err != nil {
			return nil, err
		}
		address = fmt.Sprintf("127.0.0.1:%d", port)
	}
	if address == "" {
		address = "127.0.0.1:8080"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("api: %w; give another address with --listen", err)
	}
	return listener, nil
}

// Ready reports why the stack does not work now; nil: PostgreSQL and Temporal answer.
func (s *Stack) Ready(ctx context.Context) error {
	if err := s.Store.Pool.Ping(ctx); err != nil {
		return errors.New("postgresql does not answer")
	}
	if _, err := s.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return errors.New("temporal does not answer")
	}
	return nil
}

// poker pokes through Temporal and waits for the turn.
type poker struct{ client client.Client }

func (p poker) Poke(ctx context.Context, tenant, instance, inbox uuid.UUID) error {
	return workflows.Poke(ctx, p.client, tenant, instance, inbox)
}

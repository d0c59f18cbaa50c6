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

	"waybill/activities"
	"waybill/api"
	"waybill/workflows"
)

// headerWithin is how long a client may take to say what it wants.
const headerWithin = 10 * time.Second

// runs tells whether this process runs the part.
func (s *Stack) runs(part Part) bool { return slices.Contains(s.options.Parts, part) }

// listen opens the API's port, before anything is started for which it may be too late.
func (s *Stack) listen(context.Context) error {
	if !s.runs(API) {
		return nil
	}
	address := s.options.Listen
	if address == "" && s.folder != nil {
		port, err := s.folder.Ports("api-port", 1)
		if err != nil {
			return err
		}
		address = fmt.Sprintf("127.0.0.1:%d", port)
	}
	if address == "" {
		address = "127.0.0.1:8080"
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("api: %w; give another address with --listen", err)
	}
	s.listener = listener
	s.onStop("address", func(context.Context) error {
		listener.Close() // the server has closed it already, unless there is none
		return nil
	})
	return nil
}

// serve starts the API.
func (s *Stack) serve(context.Context) error {
	if !s.runs(API) {
		return nil
	}
	server := &http.Server{
		Handler: api.New(api.Options{
			Host: s.Host, Poker: s, Version: s.options.Version, Ready: s.Ready, Log: s.log,
			Approval: s.options.Approval,
		}),
		ReadHeaderTimeout: headerWithin,
	}
	s.URL = "http://" + reachable(s.listener.Addr())
	s.onStop("api", server.Shutdown)
	go func() {
		if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("api: %w", err))
		}
	}()
	return nil
}

// reachable is the address as a client on this machine uses it.
func reachable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return fmt.Sprintf("127.0.0.1:%d", tcp.Port)
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

// Poke tells an instance that its inbox has something and returns when a turn that began after that is
// over; a new instance begins in this process, if workers run in it. Only the inbox row says what became of it.
func (s *Stack) Poke(ctx context.Context, tenant uuid.UUID, r activities.Receipt) error {
	if s.worker != nil {
		return s.worker.Poke(ctx, tenant, r)
	}
	return workflows.Poke(ctx, s.Temporal, tenant, r.Instance, r.Inbox)
}

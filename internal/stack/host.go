package stack

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/internal/temporal"
	"waybill/store"
	"waybill/worker"
)

// connections is the size of the application's pool: a turn holds one, and more turns at once than the
// cores can run only wait for each other's locks.
func connections() int32 { return int32(max(16, 8*runtime.NumCPU())) }

// openTemporal brings the schema up to date and starts Temporal meanwhile, then connects to both.
func (s *Stack) openTemporal(ctx context.Context) error {
	group, starting := errgroup.WithContext(ctx)
	group.Go(func() error { return store.Migrate(starting, s.DatabaseURL) })
	var server *temporal.Server
	if s.options.TemporalAddress == "" {
		group.Go(func() (err error) {
			server, err = temporal.Start(starting, temporal.Options{
				DataDir: s.folder.Path("temporal"), PostgresURL: s.DatabaseURL, Logger: s.log,
			})
			return err
		})
	}
	err := group.Wait()
	if server != nil {
		s.onStop("temporal", func(context.Context) error { return server.Stop() })
	}
	if err != nil {
		return err
	}
	if err := s.openStore(ctx); err != nil {
		return err
	}
	to := worker.Connection{Address: s.options.TemporalAddress, Log: s.log.With("from", "sdk")}
	if server != nil {
		to.Address, to.Namespace = server.HostPort(), temporal.Namespace
	}
	return s.dial(ctx, to)
}

func (s *Stack) openStore(ctx context.Context) error {
	opened, err := store.Open(ctx, s.DatabaseURL, append([]store.Option{store.MaxConns(connections()), store.Limits()}, s.options.Connection...)...)
	if err != nil {
		return err
	}
	s.Store = opened
	s.onStop("store", func(context.Context) error {
		opened.Close()
		return nil
	})
	return nil
}

func (s *Stack) dial(ctx context.Context, to worker.Connection) error {
	connected, err := worker.Connect(ctx, to)
	if err != nil {
		return err
	}
	s.Temporal, s.TemporalAddress = connected, to.Address
	s.onStop("temporal client", func(context.Context) error {
		connected.Close()
		return nil
	})
	return nil
}

// openHost makes the host, the tenant with its token, and the packs that the tenant begins with.
func (s *Stack) openHost(ctx context.Context) error {
	registry := s.options.Catalogue
	if registry == nil {
		var err error
		if registry, err = activities.Catalogue(); err != nil {
			return err
		}
	}
	s.catalogue = registry
	// Whoever waits for a turn pokes by itself: this host pokes nobody.
	s.Host = activities.New(s.Store, registry, activities.Options{Log: s.log})
	if err := s.openTenant(ctx); err != nil {
		return err
	}
	return s.deployMissing(ctx)
}

// startWorker runs workflows, turns, remote calls and the relay.
func (s *Stack) startWorker(context.Context) error {
	if !s.runs(Worker) {
		return nil
	}
	s.worker = worker.New(worker.Options{
		Client: s.Temporal, Store: s.Store, Catalogue: s.catalogue, Log: s.log, BuildID: s.options.BuildID,
		At: s.options.At, Keep: s.options.Keep, TurnsPerRun: s.options.TurnsPerRun,
	})
	working, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		err := s.worker.Run(working)
		if err != nil {
			s.fail(err)
		}
		done <- err
	}()
	s.onStop("worker", func(ctx context.Context) error {
		stop()
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	return nil
}

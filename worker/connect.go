package worker

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
)

// Connection says where Temporal is. What is empty comes from the environment and the configuration
// file, as the SDK's envconfig reads them: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TLS, API key.
type Connection struct {
	Address   string
	Namespace string
	Log       *slog.Logger // nil: slog's default
}

// Connect connects to Temporal. The client gives away nothing but codes and ids, and is known by its
// process only: the names of machines are often those of people.
func Connect(ctx context.Context, c Connection) (client.Client, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("temporal: %w", err)
	}
	if c.Address != "" {
		options.HostPort = c.Address
	}
	if c.Namespace != "" {
		options.Namespace = c.Namespace
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	options.Identity = fmt.Sprintf("waybill process %d", os.Getpid())
	options.Logger = log.NewStructuredLogger(c.Log)
	options.FailureConverter = newFailures()
	connected, err := client.DialContext(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("temporal: %w", err)
	}
	return connected, nil
}

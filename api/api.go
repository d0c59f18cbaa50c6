// Package api serves Waybill over HTTP: REST under /api/v1, described by OpenAPI 3.1 at
// /api/openapi.json, errors as application/problem+json (RFC 9457).
//
// A request that changes something is committed to an inbox before it is answered. The answer waits
// for the turn that decides about it, at most [Patience]: 200 or 201 once it is accepted, a problem
// once it is refused, 202 while it is undecided.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"waybill/activities"
)

// Patience is how long an answer waits for the turn that decides.
const Patience = 2 * time.Second

// Within is how long any request may take: a database that has stopped answering, without being gone, gives no error by
// itself. It is the third part of what the command line waits for an answer.
const Within = 20 * time.Second

// maxBody is the largest request body in bytes; a pack is the largest thing that is sent.
const maxBody = 16 << 20

// Poker tells an instance that its inbox has something, and returns when a turn that began after
// that is over. Its error says nothing about the inbox row: that is read afterwards.
type Poker interface {
	Poke(ctx context.Context, tenant uuid.UUID, r activities.Receipt) error
}

// Options are what a server stands on.
type Options struct {
	Host    *activities.Host
	Poker   Poker
	Version string
	// Ready reports why the server cannot work now: Temporal or PostgreSQL is away.
	Ready func(context.Context) error
	Log   *slog.Logger
	// Approval makes every deploy a proposal, which becomes a revision once a second person approves it.
	Approval bool
}

// server answers requests; its methods are the operations.
type server struct {
	host    *activities.Host
	poker   Poker
	version string
	ready   func(context.Context) error
	log     *slog.Logger

	approval bool
}

// New returns the handler of everything under /api.
func New(o Options) http.Handler {
	s := &server{host: o.Host, poker: o.Poker, version: o.Version, ready: o.Ready, log: o.Log, approval: o.Approval}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.Use(s.recovered, bounded, plain)
	router.NoRoute(func(c *gin.Context) { writeProblem(c, notFound("no such address: "+c.Request.URL.Path)) })
	router.HandleMethodNotAllowed = true
	router.NoMethod(func(c *gin.Context) {
		writeProblem(c, newProblem(http.StatusMethodNotAllowed, "method_not_allowed", c.Request.Method+" is not known here"))
	})
	huma.NewError = fromHuma
	huma.ValidateStrictCasing = true
	api := humagin.New(router, config(o.Version))
	api.UseMiddleware(s.authenticate)
	s.register(api)
	return router
}

func config(version string) huma.Config {
	c := huma.DefaultConfig("Waybill", version)
	c.OpenAPIPath = "/api/openapi"
	c.DocsPath = "/api/docs"
	c.SchemasPath = "/api/schemas"
	c.CreateHooks = nil // no $schema links in answers
	c.RejectUnknownQueryParameters = true
	c.Formats = map[string]huma.Format{
		"application/json": {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON},
		"json":             {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON},
	}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "The token that `waybill up` made at its first start."},
	}
	c.Security = []map[string][]string{{"token": {}}}
	return c
}

func (s *server) register(api huma.API) {
	s.registerHealth(api)
	s.registerPacks(api)
	s.registerSettings(api)
	s.registerRevisions(api)
	s.registerProposals(api)
	s.registerMigrations(api)
	s.registerInstances(api)
	s.registerActs(api)
	s.registerHistory(api)
	s.registerTrace(api)
	s.registerTasks(api)
	s.registerMessages(api)
	s.registerSubscriptions(api)
	s.registerLocks(api)
	s.registerPeople(api)
}

// recovered answers 500 for a panic; its text goes to the log only.
func (s *server) recovered(c *gin.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			writeProblem(c, s.internal(c.Request.Context(), "panic", cause))
			c.Abort()
		}
	}()
	c.Next()
}

// bounded limits the size of a request and the time that it may take.
func bounded(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), Within)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Request.Body = body{http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)}
	c.Next()
}

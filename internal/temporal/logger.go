package temporal

import (
	"context"
	"log/slog"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// logger passes the server's messages on, lower than the server rates them. While all services start or stop in one
// process, its errors are that one of them misses another for a moment; it retries, and nobody needs to hear of it.
type logger struct {
	to     *slog.Logger
	steady *atomic.Bool
}

var _ log.WithLogger = logger{}

func newLogger(to *slog.Logger) logger {
	return logger{to: to.With("from", "temporal"), steady: &atomic.Bool{}}
}

func (l logger) Debug(string, ...tag.Tag) {}

func (l logger) Info(string, ...tag.Tag) {}

func (l logger) Warn(message string, tags ...tag.Tag) {
	l.log(slog.LevelDebug, message, tags)
}

func (l logger) Error(message string, tags ...tag.Tag) {
	level := slog.LevelDebug
	if l.steady.Load() {
		level = slog.LevelWarn
	}
	l.log(level, message, tags)
}

func (l logger) DPanic(message string, tags ...tag.Tag) {
	l.log(slog.LevelError, message, tags)
}

func (l logger) Panic(message string, tags ...tag.Tag) {
	l.log(slog.LevelError, message, tags)
	panic(message)
}

// Fatal must not return: the server relies on it.
func (l logger) Fatal(message string, tags ...tag.Tag) {
	l.log(slog.LevelError, message, tags)
	panic("temporal: " + message)
}

func (l logger) With(tags ...tag.Tag) log.Logger {
	return logger{to: l.to.With(attributes(tags)...), steady: l.steady}
}

func (l logger) log(level slog.Level, message string, tags []tag.Tag) {
	if l.to.Enabled(context.Background(), level) {
		l.to.Log(context.Background(), level, message, attributes(tags)...)
	}
}

func attributes(tags []tag.Tag) []any {
	attributes := make([]any, len(tags))
	for i, t := range tags {
		attributes[i] = slog.Any(t.Key(), t.Value())
	}
	return attributes
}

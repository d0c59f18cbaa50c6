// Package decision reads, checks and evaluates decision tables.
package decision

// Table is a compiled decision table. It is safe for concurrent use.
type Table struct{}

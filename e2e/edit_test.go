package e2e_test

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"waybill/store"
)

// editHistory falsifies the second entry of a history behind Waybill's back, as the owner of the
// database can: edit-history INSTANCE edit|remove
func editHistory(s *server) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: edit-history INSTANCE edit|remove")
		}
		statement := map[string]string{
			"edit":   `update history set by = 'somebody else' where instance = $1 and seq = 2`,
			"remove": `delete from history where instance = $1 and seq = 2`,
		}[args[1]]
		tenant, err := store.TokenTenant(s.token)
		ts.Check(err)
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, s.database())
		ts.Check(err)
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, `select set_config('waybill.tenant', $1, false)`, tenant.String())
		ts.Check(err)
		tag, err := conn.Exec(ctx, statement, args[0])
		ts.Check(err)
		if tag.RowsAffected() != 1 {
			ts.Fatalf("%d rows changed", tag.RowsAffected())
		}
	}
}

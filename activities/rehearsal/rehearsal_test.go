package rehearsal_test

import (
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/activities/rehearsal"
	"waybill/definitions"
	"waybill/engine/scenario"
	"waybill/internal/postgrestest"
	"waybill/store"
)

const packFile = `name: shop
currency: CNY
roles: {sales: Sales}
`

const processFile = `process: check
start:
  - manual: {roles: [sales]}
input: {customer: ref crm.customer, order: text, amount: money}
outcomes: {fine: keep, over: undo}
steps:
  - do: billing.exposure
    with: {customer: = customer, order: = order, adding: = amount}
    result: exposure
  - do: billing.commit_credit
    with: {customer: = customer, order: = order, amount: = amount, up_to: 100}
    on_error:
      billing.credit_exceeded:
        - end: over
  - task: greet
    role: sales
    show: [customer.name, exposure.percent]
`

// played plays the first case on a database with one customer, and returns how often his credit is
// committed afterwards.
func played(t *testing.T, test string) (scenario.Result, int) {
	t.Helper()
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	files := fstest.MapFS{
		"pack.yaml":          {Data: []byte(packFile)},
		"check.process.yaml": {Data: []byte(processFile)},
		"check.test.yaml":    {Data: []byte("tests: check\ncases:\n" + test)},
	}
	pack, found := definitions.Load(files, catalogue)
	require.False(t, definitions.HasErrors(found), "%v", found)
	suites, found := definitions.LoadTests(files, pack)
	require.False(t, definitions.HasErrors(found), "%v", found)

	s, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate), store.MaxConns(2))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	stage := rehearsal.Stage{Store: s, Catalogue: catalogue}
	require.NoError(t, s.Across(t.Context(), func(tx pgx.Tx) (err error) {
		stage.Tenant, err = store.AddTenant(t.Context(), tx, "shop")
		return err
	}))
	require.NoError(t, s.InTenant(t.Context(), stage.Tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into crm_customers (number, name, grade, credit_limit, currency) values ('C-1', 'Wang Min', 'B', 1000, 'CNY')`)
		return err
	}))
	result, err := stage.Play(t.Context(), suites[0].Process, suites[0].Cases[0])
	require.NoError(t, err)
	var committed int
	require.NoError(t, s.InTenant(t.Context(), stage.Tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), `select count(*) from billing_commitments`).Scan(&committed)
	}))
	return result, committed
}

func TestActionsRunOnTheDatabaseAndLeaveNothingBehind(t *testing.T) {
	result, committed := played(t, `
  - name: with another order there is no credit left for more than this
    given:
      - billing.commit_credit: {customer: C-1, order: SO-0, amount: 400}
    start: {customer: C-1, order: SO-1, amount: 600}
    story:
      - expect: {task: greet, where: {name: Wang Min, percent: 100}}
    expect: {path: [billing.exposure, billing.commit_credit, greet]}
`)
	require.Empty(t, result.Failures)
	require.Zero(t, committed)
}

func TestARefusalOfTheDatabaseIsABusinessError(t *testing.T) {
	result, _ := played(t, `
  - name: one yuan too much
    given:
      - billing.commit_credit: {customer: C-1, order: SO-0, amount: 400}
    start: {customer: C-1, order: SO-1, amount: 601}
    expect: {outcome: over, never: [greet]}
`)
	require.Empty(t, result.Failures)
}

func TestAStubComesBeforeTheDatabase(t *testing.T) {
	result, _ := played(t, `
  - name: a customer whom the database does not know
    start: {customer: C-9, order: SO-1, amount: 1}
    stub:
      crm.customer: {name: Li Na}
      billing.exposure: [{percent: 7}]
      billing.commit_credit: [{committed: 1}]
    story:
      - expect: {task: greet, where: {name: Li Na, percent: 7}}
    expect: {}
`)
	require.Empty(t, result.Failures)
}

func TestWhatIsGivenMustBePossible(t *testing.T) {
	result, _ := played(t, `
  - name: credit for nobody
    given:
      - billing.commit_credit: {customer: C-9, order: SO-0, amount: 400}
    start: {customer: C-1, order: SO-1, amount: 1}
    expect: {}
`)
	require.Len(t, result.Failures, 1)
	require.Equal(t, "billing.commit_credit is given", result.Failures[0].Expected)
}

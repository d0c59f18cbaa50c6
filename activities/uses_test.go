package activities_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/value"
)

// shared is a pack that uses another one, as a revision keeps them.
func shared() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"pack.yaml": `
name: shop
title: Shop
currency: CNY
roles: {sales: Sales}
uses: [common]
settings:
  limit: {type: integer, default: 1}
`,
		"sell.process.yaml": `
process: sell
title: Sell
outcomes: {done: keep}
data:
  result: optional integer
steps:
  - run: common.credit
    id: checked
    with: {amount: 5}
  - set:
      result: = checked.limit
  - task: pack
    role: sales
`,
		"weigh.process.yaml": `
process: weigh
title: Weigh
outcomes: {done: keep}
steps:
  - decide: common.size
    id: size
    with: {amount: 5}
  - task: pack
    role: sales
`,
		"uses/common/size.decision.yaml": `
decision: size
inputs: {amount: integer}
outputs: {size: small | big}
hit: first
rules: |
  amount           || size
  > settings.limit || big
  -                || small
`,
		"uses/common/pack.yaml": `
name: common
title: Common
currency: EUR
settings:
  limit: {type: integer, default: 7}
`,
		"uses/common/messages.types.yaml": `
messages:
  credit.asked: {with: {amount: integer}, keep: 1d}
`,
		"uses/common/credit.process.yaml": `
process: credit
title: Credit
start:
  - message: credit.asked
input:
  amount: integer
outcomes: {done: keep}
data:
  limit: optional integer
steps:
  - set:
      limit: = settings.limit
`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text[1:])}
	}
	return files
}

func TestAProcessOfAUsedPackRunsWithTheSettingsOfItsOwnPack(t *testing.T) {
	b := newBench(t)
	_, findings, err := b.Deploy(t.Context(), b.tenant, shared(), "")
	require.NoError(t, err)
	require.False(t, definitions.HasErrors(findings), "%v", findings)
	limits := func() value.Decimal {
		t.Helper()
		r, err := b.Start(t.Context(), b.tenant, activities.StartRequest{Pack: "shop", Process: "sell"}, activities.Act{})
		require.NoError(t, err)
		out := b.settle(r.Instance)
		require.Len(t, out.Children, 1)
		child := b.row(out.Children[0].Instance)
		require.Equal(t, "shop", child.Pack, "whose revision holds it")
		require.Equal(t, "common.credit", child.Process)
		b.settle(child.ID)
		b.settle(r.Instance)
		view, err := b.Look(t.Context(), b.tenant, r.Instance)
		require.NoError(t, err)
		limit, _ := view.State.Data()["result"].(value.Decimal)
		return limit
	}
	require.Equal(t, value.Int(7), limits())

	b.change("shop", "limit", 2)
	require.Equal(t, value.Int(7), limits(), "it is another pack's")
	b.change("common", "limit", 8)
	require.Equal(t, value.Int(8), limits())
}

func TestATableOfAUsedPackReadsTheSettingsOfItsOwnPack(t *testing.T) {
	b := newBench(t)
	_, findings, err := b.Deploy(t.Context(), b.tenant, shared(), "")
	require.NoError(t, err)
	require.False(t, definitions.HasErrors(findings), "%v", findings)
	size := func() any {
		t.Helper()
		r, err := b.Start(t.Context(), b.tenant, activities.StartRequest{Pack: "shop", Process: "weigh"}, activities.Act{})
		require.NoError(t, err)
		b.settle(r.Instance)
		view, err := b.Look(t.Context(), b.tenant, r.Instance)
		require.NoError(t, err)
		return view.State.Data()["size"]
	}
	require.Equal(t, map[string]any{"size": "small"}, size())
	b.change("shop", "limit", 2)
	require.Equal(t, map[string]any{"size": "small"}, size(), "it is another pack's")
	b.change("common", "limit", 3)
	require.Equal(t, map[string]any{"size": "big"}, size())
}

// change changes a setting.
func (b *bench) change(pack, name string, v int64) {
	b.Helper()
	require.NoError(b, b.ChangeSetting(b.Context(), b.tenant, pack, name, value.Int(v), activities.Act{By: "li.wei"}))
}

func TestOnlyItsOwnPackStartsAProcessByItself(t *testing.T) {
	b := newBench(t)
	_, _, err := b.Deploy(t.Context(), b.tenant, shared(), "")
	require.NoError(t, err)
	asked := activities.Message{ID: "m-1", Name: "credit.asked", With: map[string]any{"amount": value.Int(5)}}
	require.Zero(t, b.send(asked).Instance, "it is kept")
	_, err = b.Start(t.Context(), b.tenant, activities.StartRequest{
		Pack: "shop", Process: "common.credit", Input: map[string]any{"amount": value.Int(5)},
	}, activities.Act{})
	require.ErrorContains(t, err, "unknown_process")
	require.Zero(t, query[int](b, `select count(*) from instances`))
}

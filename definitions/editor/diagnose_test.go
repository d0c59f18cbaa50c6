package editor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMistakeIsShownWhereItIsAndMendedAsItSays(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string // what is changed in order.process.yaml to make the mistake
		code     string
		marked   string // what the mistake is shown at
		mended   string // the line after it is mended; "" where nothing is offered
	}{
		"a misspelt field":        {"order.total}", "order.totel}", "unknown-field", "totel", "with: {total: = order.total}"},
		"a misspelt key":          {"show:", "shaw:", "unknown-key", "shaw", "show: [order.number, credit.result]"},
		"a misspelt action":       {"stock.reserve", "stock.reserv", "unknown-action", "stock.reserv", "- do: stock.reserve"},
		"a misspelt kind":         {"task: look", "tsak: look", "unknown-kind", "tsak", "- task: look"},
		"a missing =":             {"key: = order.number, result", "key: order.number, result", "missing-equals", "order.number", "- wait: {message: goods.arrived, key: = order.number, result: came}"},
		"a second colon":          {"title: {en: Order, zh-CN: 订单处理}", "title: Order: new", "not-yaml", "title", "title: 'Order: new'"},
		"a comma that cuts":       {"with: {sku: = short.sku}", "with: {sku: = add(short.sku, 2)}", "comma-cut", "2)", "with: {sku: '= add(short.sku, 2)'}"},
		"a mistake without mends": {"role: sales\n        show", "show", "nobody", "task", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(shopFiles()["order.process.yaml"], c.from, c.to, 1)
			p := shop(t, map[string]string{"order.process.yaml": text})
			mistakes := p.Mistakes()
			require.NotEmpty(t, mistakes)
			m := mistakes[0]
			require.Equal(t, c.code, m.Code, m.Message)
			row := rowsOf(text)[m.Range.From.Line]
			require.True(t, strings.HasPrefix(string(row[m.Range.From.Column:m.Range.To.Column]), c.marked), string(row[m.Range.From.Column:]))
			edit, ok := p.Mend(m)
			require.Equal(t, c.mended != "", ok)
			if ok {
				mended := apply(text, edit)
				require.Equal(t, c.mended, strings.TrimSpace(string(rowsOf(mended)[m.Range.From.Line])))
			}
		})
	}
}

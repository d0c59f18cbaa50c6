package production_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/production"
	"waybill/definitions/value"
)

// part reads "BIKE > 2 BOLT", with " x12" for the unit's factor, " +5%" for scrap, " .2" for digits and
// " phantom".
func part(t *testing.T, text string) production.Part {
	t.Helper()
	p := production.Part{Factor: value.Int(1)}
	words := strings.Fields(text)
	p.Product, p.Component = words[0], words[3]
	p.Quantity = number(t, words[2])
	for _, word := range words[4:] {
		switch word[0] {
		case 'x':
			p.Factor = number(t, word[1:])
		case '+':
			p.Scrap = number(t, strings.Trim(word, "+%"))
		case '.':
			p.Decimals = int32(word[1] - '0')
		case 'p':
			p.Phantom = true
		}
	}
	return p
}

func number(t *testing.T, text string) value.Decimal {
	t.Helper()
	d, err := value.ParseDecimal(text)
	require.NoError(t, err)
	return d
}

func TestExplodingABill(t *testing.T) {
	for _, c := range []struct {
		name, lot string
		bill      []string
		want      string
	}{
		{"one level only", "5", []string{"BIKE > 1 FRAME", "BIKE > 2 WHEEL", "FRAME > 4 TUBE"}, "5 FRAME, 10 WHEEL"},
		{"scrap on top, rounded up to a piece", "10", []string{"BIKE > 1 BELL +5%"}, "11 BELL"},
		{"scrap that comes out even", "20", []string{"BIKE > 1 BELL +5%"}, "21 BELL"},
		{"a dozen of the bill is twelve pieces", "3", []string{"BIKE > 0.5 BOLT x12"}, "18 BOLT"},
		{"paint keeps its digits", "3", []string{"BIKE > 1.25 PAINT .2"}, "3.75 PAINT"},
		{"paint rounds up beyond them", "3", []string{"BIKE > 0.111 PAINT .2"}, "0.34 PAINT"},
		{"the same part on two rows is summed before it is rounded", "1", []string{"BIKE > 0.4 TAPE", "BIKE > 0.6 TAPE"}, "1 TAPE"},
		{"a phantom's parts go in", "5", []string{"BIKE > 2 WHEEL phantom", "WHEEL > 36 SPOKE", "WHEEL > 1 RIM"}, "10 RIM, 360 SPOKE"},
		{"through a phantom and beside it: rounded once", "1", []string{"BIKE > 0.5 TAPE", "BIKE > 1 GRIP phantom", "GRIP > 0.5 TAPE"}, "1 TAPE"},
		{"scrap of a phantom counts for its parts", "10", []string{"BIKE > 1 KIT phantom +10%", "KIT > 2 BOLT +50%"}, "33 BOLT"},
		{"a phantom in a phantom", "2", []string{"BIKE > 1 KIT phantom", "KIT > 2 BAG phantom", "BAG > 3 BOLT"}, "12 BOLT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var parts []production.Part
			for _, text := range c.bill {
				parts = append(parts, part(t, text))
			}
			needs, err := production.Explode(parts, "BIKE", number(t, c.lot))
			require.NoError(t, err)
			var got []string
			for _, n := range needs {
				got = append(got, fmt.Sprint(n.Quantity, " ", n.Product))
			}
			require.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}

func TestAPhantomThatHoldsItselfIsAnError(t *testing.T) {
	parts := []production.Part{part(t, "BIKE > 1 KIT phantom"), part(t, "KIT > 1 BAG phantom"), part(t, "BAG > 1 KIT phantom")}
	_, err := production.Explode(parts, "BIKE", value.Int(1))
	require.ErrorIs(t, err, production.ErrCycle)
	require.ErrorContains(t, err, "BIKE > KIT > BAG > KIT")
}

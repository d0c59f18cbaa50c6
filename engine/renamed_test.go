package engine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataThatComesToOneNameIsThereOnce(t *testing.T) {
	names := map[string]string{"change": "wish", "order": "order", "request": "wish", "left": "right", "right": "left"}
	for situation, c := range map[string]struct{ was, is Data }{
		"another has the name already": {Data{{"change", 1}, {"wish", 2}}, Data{{"wish", 2}}},
		"two get one name":             {Data{{"request", 2}, {"change", 1}}, Data{{"wish", 1}}},
		"two change names":             {Data{{"left", 1}, {"right", 2}}, Data{{"left", 2}, {"right", 1}}},
		"nothing is renamed":           {Data{{"price", 1}}, Data{{"price", 1}}},
		"a name stays":                 {Data{{"order", 1}, {"change", 2}}, Data{{"order", 1}, {"wish", 2}}},
	} {
		require.Equal(t, c.is, c.was.renamed(names), situation)
	}
}

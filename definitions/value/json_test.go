package value

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyValue(depth int) *rapid.Generator[any] {
	plain := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
		rapid.Custom(func(t *rapid.T) any { return anyDecimal(t, "number") }),
		rapid.Custom(func(t *rapid.T) any { return Money{anyDecimal(t, "amount"), "CNY"} }),
	}
	if depth == 0 {
		return rapid.OneOf(plain...)
	}
	inner := anyValue(depth - 1)
	return rapid.OneOf(append(plain,
		rapid.Map(rapid.SliceOfN(inner, 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-z_客户"\\]{1,4}`), inner, 0, 20), func(m map[string]any) any { return m }),
	)...)
}

func TestAValueSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "value")
		written, err := Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(written) {
			t.Fatalf("not JSON: %s", written)
		}
		read, err := Decode(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		again, err := Encode(read)
		if err != nil || !bytes.Equal(written, again) || !Equal(v, read) {
			t.Fatalf("%s comes back as %s, %v", written, again, err)
		}
	})
}

func TestJSONIsReadAsProcessData(t *testing.T) {
	read, err := Decode([]byte(" {\"price\": {\"amount\": 1.50, \"currency\": \"CNY\"}, \"lines\": [1, -2.0, null, true, false],\n\"name\": \"\\u8ba2\\u5355 \\\"A\\\"\", \"amount\": 3} "))
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"price":  Money{New(150, 2), "CNY"},
		"lines":  []any{Int(1), New(-20, 1), nil, true, false},
		"name":   `订单 "A"`,
		"amount": Int(3),
	}, read)
}

func TestBrokenJSONIsRefused(t *testing.T) {
	for situation, text := range map[string]string{
		"nothing":             "",
		"two values":          "1 2",
		"a name twice":        `{"a":1,"a":2}`,
		"no end":              `{"a":[1`,
		"no end of text":      `"abc`,
		"no end after escape": `"abc\`,
		"control character":   "\"a\x01\"",
		"bad escape":          `"\q"`,
		"trailing comma":      `[1,]`,
		"no colon":            `{"a" 1}`,
		"no comma":            `[1 2]`,
		"name without quotes": `{a:1}`,
		"a word":              `nul`,
		"endless number":      "1" + strings.Repeat("0", 200),
		"bad number":          "1.2.3",
		"too deep":            strings.Repeat("[", 200) + strings.Repeat("]", 200),
	} {
		_, err := Decode([]byte(text))
		require.Error(t, err, situation)
	}
	_, err := Encode(1.5)
	require.ErrorContains(t, err, "float64")
	_, err = Encode(map[string]any{"a": []any{struct{}{}}})
	require.Error(t, err)
}

func TestTextsThatAreNoUTF8AreMended(t *testing.T) {
	written, err := Encode("a\xffb\n\x01")
	require.NoError(t, err)
	require.Equal(t, "\"a\uFFFDb\\n\\u0001\"", string(written))
	read, err := Decode([]byte("\"a\xffb\""))
	require.NoError(t, err)
	require.Equal(t, "a\uFFFDb", read)
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1.50,{"amount":1,"currency":"CNY"}]}`, `"\ud800"`, `[[[]]]`, "-", `{"":null}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Decode(text)
		if err != nil {
			return
		}
		written, err := Encode(v)
		if err != nil || !json.Valid(written) {
			t.Fatalf("%q: %s, %v", text, written, err)
		}
	})
}

// order is a state of usual size: 40 lines of six fields.
func order() any {
	lines := make([]any, 40)
	for i := range lines {
		lines[i] = map[string]any{"sku": "BK-M68B-42", "ordered": Int(int64(i)), "price": Money{New(123456, 2), "CNY"}, "promised": "2026-03-02", "open": true, "note": "对客户的说明"}
	}
	return map[string]any{"order": map[string]any{"number": "SO-1", "lines": lines}}
}

func BenchmarkJSON(b *testing.B) {
	v := order()
	text, err := Encode(v)
	require.NoError(b, err)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		var buffer []byte
		for b.Loop() {
			buffer, _ = Append(buffer[:0], v)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			Decode(text)
		}
	})
}

package value

import "testing"

func TestATitleIsReadInTheLanguageOfWhoeverReads(t *testing.T) {
	both := Title{"en": "Order", "zh-CN": "订单", "zh-TW": "訂單"}
	for language, want := range map[string]string{
		"en": "Order", "en_GB.UTF-8": "Order", "zh-CN": "订单", "zh-cn": "订单", "zh_CN.UTF-8": "订单", "zh_TW": "訂單",
		"zh": "订单", "zh-Hans-SG": "订单", "de_DE.UTF-8": "Order", "C": "Order", "": "Order",
	} {
		if got := both.In(language); got != want {
			t.Errorf("%q: %q, want %q", language, got, want)
		}
	}
	if got := (Title{"": "Ordre"}).In("zh-CN"); got != "Ordre" {
		t.Errorf("a text without languages is read in all: %q", got)
	}
	if got := (Title{"zh-CN": "订单", "fr": "Commande"}).In("de"); got != "Commande" {
		t.Errorf("where neither the language nor English is there, always the same one stands in: %q", got)
	}
}

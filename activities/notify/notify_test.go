package notify_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/crm"
	"waybill/activities/notify"
)

func TestMessagesWaitToBeDeliveredInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	w := catalogtest.New(t, slices.Concat(notify.Actions(), crm.Objects())...)
	w.Exec(`insert into crm_customers (number, name, language) values ('C-1', 'Nimbus', 'zh-CN')`)
	w.Do("notify.customer", `{"customer": "C-1", "template": "shipped", "about": "SH-1", "text": "1Z-77"}`)
	w.Do("notify.customer", `{"customer": "C-1", "template": "order_delivered"}`)
	w.Do("notify.staff", `{"role": "sales", "template": "unhappy_customer", "about": "CS-1"}`)
	w.Do("notify.staff", `{"role": "sales", "person": "ann", "template": "unhappy_customer"}`)
	require.Equal(t, `C-1 | - | - | zh-CN | shipped | SH-1 | 1Z-77
C-1 | - | - | zh-CN | order_delivered | - | -
- | sales | - | - | unhappy_customer | CS-1 | -
- | sales | ann | - | unhappy_customer | - | -`,
		w.Ask(`select to_customer, to_role, to_person, language, template, about, text from notify_messages where sent_at is null order by id`))
}

func TestAMessageToNobodyIsAnError(t *testing.T) {
	t.Parallel()
	w := catalogtest.New(t, slices.Concat(notify.Actions(), crm.Objects())...)
	_, err := w.Try("notify.customer", `{"customer": "C-9", "template": "shipped"}`)
	require.EqualError(t, err, "notify.customer: customer C-9: unknown")
	_, err = w.Try("notify.staff", `{"template": "shipped"}`)
	require.EqualError(t, err, "notify.staff: notice: for neither a role nor a person")
}

package activities

import (
	"slices"

	"waybill/activities/billing"
	"waybill/activities/catalogue"
	"waybill/activities/crm"
	"waybill/activities/notify"
	"waybill/activities/production"
	"waybill/activities/purchasing"
	"waybill/activities/sales"
	"waybill/activities/service"
	"waybill/activities/shipping"
	"waybill/activities/stock"
)

// Catalogue is the catalogue of the running system: the actions and objects of every area. A binary for
// tests adds more.
func Catalogue(more ...catalogue.Definition) (*catalogue.Registry, error) {
	return catalogue.New(slices.Concat(more,
		billing.Actions(), crm.Actions(), notify.Actions(), production.Actions(), purchasing.Actions(),
		sales.Actions(), service.Actions(), shipping.Actions(), stock.Actions(),
		crm.Objects(), purchasing.Objects(), stock.Objects(),
	)...)
}

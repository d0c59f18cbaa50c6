// Package crm keeps customers: leads and who follows them up, identity, credit terms, contacts and
// satisfaction.
package crm

import (
	"slices"

	"waybill/activities/catalogue"
)

// Actions returns the area's actions.
func Actions() []catalogue.Definition {
	return slices.Concat(leadActions(), customerActions())
}

func leadActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("crm.capture_lead",
			"Saves a lead once and proposes whom it may be: customers and other open leads with the same phone, mail or tax id.",
			captureLead),
		catalogue.Define("crm.assign_lead",
			"Gives the lead to the salesperson with the fewest open leads, never to not_to, who is kept from it for block_for; "+
				"the lead's owner history grows. An owner whom nothing speaks against stays.",
			assignLead,
			catalogue.Errors("crm.nobody_free", "every salesperson is blocked for this lead")),
		catalogue.Define("crm.close_lead",
			"Closes the lead as won or lost, with the reason.",
			closeLead),
		catalogue.Define("crm.save_customer",
			"Makes the lead a customer, or merges it into one that exists; identity, need and owner are kept on the customer.",
			saveCustomer,
			catalogue.Errors("crm.unknown_lead", "no such lead")),
	}
}

func customerActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("crm.record_contact",
			"Records a call, visit, mail or note with a customer or lead, linked to a document.",
			recordContact),
		catalogue.Define("crm.record_satisfaction",
			"Appends a score from 1 to 5 to the customer's satisfaction, linked to an order or a case, and tells the average of all.",
			recordSatisfaction),
	}
}

// Objects returns the area's objects.
func Objects() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Object("crm.customer", "A customer with his credit terms.", loadCustomer),
		catalogue.Object("crm.lead", "Somebody who may become a customer.", loadLead),
	}
}

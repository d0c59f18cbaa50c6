package worker

import (
	"errors"
	"strings"

	"github.com/google/uuid"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"

	"waybill/activities"
)

// failures writes errors into Temporal without any text or stack of ours: PostgreSQL's errors carry
// key values, a panic may carry anything. What stays is what kind of failure it is, and of our own
// faults the code and the id to find them by in the log.
type failures struct{ converter.FailureConverter }

func newFailures() converter.FailureConverter {
	return failures{temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{})}
}

// ErrorToFailure is called by the SDK.
func (f failures) ErrorToFailure(err error) *failurepb.Failure {
	if err == nil {
		return nil
	}
	if fault, ok := errors.AsType[*activities.Fault](err); ok {
		return &failurepb.Failure{
			Message: fault.Error(), Source: "waybill",
			FailureInfo: &failurepb.Failure_ApplicationFailureInfo{
				ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: string(fault.Code)},
			},
		}
	}
	failure, ok := proto.Clone(f.FailureConverter.ErrorToFailure(err)).(*failurepb.Failure)
	if !ok {
		return nil
	}
	scrub(failure)
	return failure
}

// panicType is the SDK's name for a panic, which it tells from other failures by.
const panicType = "PanicError"

func scrub(f *failurepb.Failure) {
	for ; f != nil; f = f.GetCause() {
		f.StackTrace, f.EncodedAttributes = "", nil
		application := f.GetApplicationFailureInfo()
		if application == nil {
			f.Message = ""
			continue
		}
		application.Details = nil
		if known(application.GetType(), f.GetMessage()) {
			continue
		}
		f.Message = string(activities.CodeInternal)
		if application.GetType() != panicType {
			application.Type = string(activities.CodeInternal)
		}
	}
}

// known tells whether a message is a code and an id, as a Fault writes it.
func known(code, message string) bool {
	before, id, found := strings.Cut(message, ": ")
	if !found || before != code {
		return false
	}
	_, err := uuid.Parse(id)
	return err == nil && !strings.ContainsFunc(code, func(r rune) bool { return r < 'a' || r > 'z' })
}

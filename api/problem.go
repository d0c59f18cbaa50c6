package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"waybill/activities"
	"waybill/definitions"
	"waybill/store"
)

// Problem is an error as RFC 9457 has it. Code is stable and meant for programs.
type Problem struct {
	Type   string         `json:"type" doc:"Always about:blank; Code says more."`
	Title  string         `json:"title" doc:"The HTTP status in words."`
	Status int            `json:"status"`
	Code   string         `json:"code" doc:"What went wrong, for programs."`
	Detail string         `json:"detail" doc:"What went wrong, for people, and what mends it."`
	Errors []ProblemField `json:"errors,omitempty" doc:"The places concerned."`
}

// ProblemField is one place in the request, or in a file of a pack, that is wrong.
type ProblemField struct {
	Field   string `json:"field" doc:"A path in the request, or file:line:column."`
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Mend    string `json:"mend,omitempty" doc:"The mended line, where it is plain."`
}

func (p *Problem) Error() string  { return p.Code + ": " + p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names the media type of the answer.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, code, detail string, fields ...ProblemField) *Problem {
	return &Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Errors: fields,
	}
}

func notFound(detail string) *Problem { return newProblem(http.StatusNotFound, "not_found", detail) }

func writeProblem(c *gin.Context, p *Problem) {
	body, err := json.Marshal(p)
	if err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.Data(p.Status, p.ContentType(""), body)
}

// statusOfRefusal holds the refusals that are not simply bad input.
func statusOfRefusal(code string) int {
	switch code {
	case "unknown_process", "unknown_pack", "unknown_message", "unknown_setting":
		return http.StatusNotFound
	case "not_by", "not_offered", "not_yours", "unknown_person":
		return http.StatusForbidden
	case "closed", "taken", "stale", "repeated", "paused", "not_paused", "ended", "undoing", "running", "duplicate_key",
		"not_claimed", "unknown_task", "no_incident", "unclaimed", "held", "cancelling",
		"unchanged", "outdated", "undo_unsaid", "not_reached", "not_reachable", "ambiguous", "not_movable", "other_revision",
		"process_gone", "halted":
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// problemOf is problem for what may have gone well.
func (s *server) problemOf(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return s.problem(ctx, err)
}

// problem is the one table from errors to answers. What it does not know is logged under an id and
// answered with that id alone.
func (s *server) problem(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if r, ok := errors.AsType[*activities.Refusal](err); ok {
		p := refused(r.Code, r.Text, r.Field)
		if len(r.Faults) > 1 {
			p.Detail, p.Errors = fmt.Sprintf("%d values are wrong", len(r.Faults)), nil
			for _, f := range r.Faults {
				p.Errors = append(p.Errors, ProblemField{Field: f.Path, Message: f.Message})
			}
		}
		return p
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notFound("nothing is known under that id")
	case errors.Is(err, store.ErrDuplicateKey):
		return newProblem(http.StatusConflict, "duplicate_key", "an instance with this business key is running")
	case errors.Is(err, store.ErrKeyReused):
		return newProblem(http.StatusConflict, "idempotency_key_reused",
			"this Idempotency-Key was used for another request; take a new one", ProblemField{Field: "header.Idempotency-Key", Message: "used before"})
	case activities.Unstorable(err):
		return newProblem(http.StatusUnprocessableEntity, "invalid", "a text has the character U+0000, or bytes that are not UTF-8")
	case activities.TooLong(err):
		return newProblem(http.StatusUnprocessableEntity, "invalid", "a text that is looked for, such as a key or a role, is too long; about 2,000 bytes are taken")
	case activities.Busy(err):
		return newProblem(http.StatusServiceUnavailable, "unavailable", "the request was not finished in time; it is safe to repeat it")
	}
	return s.internal(ctx, "error", err)
}

func refused(code, text, field string) *Problem {
	p := newProblem(statusOfRefusal(code), code, text)
	if field == "by" {
		field = "header.Waybill-As" // it names who acts
	}
	if field != "" {
		p.Errors = []ProblemField{{Field: field, Message: text}}
	}
	return p
}

func (s *server) internal(ctx context.Context, what string, cause any) *Problem {
	id := uuid.NewString()
	s.log.ErrorContext(ctx, "request", "incident", id, what, fmt.Sprint(cause))
	return newProblem(http.StatusInternalServerError, "internal", "something went wrong on the server; its log has it under "+id)
}

// fromHuma makes a Problem of what huma finds wrong with a request before an operation sees it.
func fromHuma(status int, message string, causes ...error) huma.StatusError {
	if broken, ok := errors.AsType[*brokenBody](errors.Join(causes...)); ok {
		status, message, causes = http.StatusBadRequest, broken.Error(), nil
	}
	p := newProblem(status, strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_"), message)
	if status == http.StatusUnprocessableEntity || status == http.StatusBadRequest {
		p.Code = "invalid"
	}
	if len(causes) == 0 {
		p.Errors = []ProblemField{{Field: "body", Message: message}} // huma names the place of all else
	}
	for _, cause := range causes {
		field := ProblemField{Field: "body", Message: cause.Error()}
		if detail, ok := errors.AsType[*huma.ErrorDetail](cause); ok {
			field = ProblemField{Field: strings.TrimPrefix(detail.Location, "body."), Message: detail.Message}
		}
		p.Errors = append(p.Errors, field)
	}
	return p
}

func findingsProblem(findings []definitions.Finding) *Problem {
	count := "1 finding"
	if len(findings) != 1 {
		count = fmt.Sprintf("%d findings", len(findings))
	}
	p := newProblem(http.StatusUnprocessableEntity, "findings", "the pack has "+count+"; nothing was deployed")
	for _, f := range findings {
		p.Errors = append(p.Errors, ProblemField{Field: f.Pos.String(), Code: f.Code, Message: f.Message, Mend: f.Mend})
	}
	return p
}

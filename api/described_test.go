package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/api"
)

// described is what the description says of an operation.
type described struct {
	Parameters []struct{ Name string }
	Responses  map[string]struct {
		Content map[string]struct {
			Schema struct {
				Ref string `json:"$ref"`
			}
		}
	}
}

func descriptions(b *bench) map[string]map[string]described {
	b.Helper()
	return as[struct {
		Paths map[string]map[string]described
	}](b, b.get("/api/openapi.json"), http.StatusOK).Paths
}

func TestEveryAnswerThatIsNoProblemIsDescribed(t *testing.T) {
	b := newBench(t)
	const problem = "default application/problem+json #/components/schemas/Problem"
	for operation, expected := range map[string][]string{
		"post /api/v1/packs/{pack}/processes/{process}/instances": {"201 Taken", "202 Taken"},
		"post /api/v1/instances/{id}/acts":                        {"200 Acted", "202 Acted"},
		"post /api/v1/tasks/{id}/claim":                           {"200 Taken", "202 Taken"},
		"post /api/v1/tasks/{id}/release":                         {"200 Taken", "202 Taken"},
		"post /api/v1/tasks/{id}/complete":                        {"200 Taken", "202 Taken"},
		"post /api/v1/messages":                                   {"200 Delivered", "202 Delivered"},
		"get /api/v1/inbox/{id}":                                  {"200 Taken", "202 Taken"},
		"get /api/v1/health":                                      {"200 Health", "503 Health"},
		"get /api/v1/instances":                                   {"200 ListInstance"},
	} {
		method, path, _ := strings.Cut(operation, " ")
		var found []string
		for status, response := range descriptions(b)[path][method].Responses {
			for kind, content := range response.Content {
				found = append(found, status+" "+kind+" "+content.Schema.Ref)
			}
		}
		for i, answer := range expected {
			expected[i] = strings.Replace(answer, " ", " application/json #/components/schemas/", 1)
		}
		require.ElementsMatch(t, append(expected, problem), found, operation)
	}
}

func TestWhatIsNotDoneOnceUnderAKeyDoesNotPromiseIt(t *testing.T) {
	b := newBench(t)
	var promised []string
	for path, methods := range descriptions(b) {
		for method, operation := range methods {
			for _, p := range operation.Parameters {
				if p.Name == "Idempotency-Key" {
					promised = append(promised, method+" "+path)
				}
			}
		}
	}
	require.ElementsMatch(t, []string{
		"post /api/v1/packs/{pack}/processes/{process}/instances", "post /api/v1/instances/{id}/acts", "post /api/v1/acts",
		"post /api/v1/packs/{pack}/migrations", "post /api/v1/tasks/{id}/claim", "post /api/v1/tasks/{id}/release",
		"post /api/v1/tasks/{id}/complete", "post /api/v1/messages",
	}, promised)
}

func TestAPersonWithoutRolesHasAnEmptyListOfThem(t *testing.T) {
	b := newBench(t)
	put := b.ask(http.MethodPut, "/api/v1/people/wang", `{"name": "Wang", "roles": []}`)
	require.JSONEq(t, `{"id": "wang", "name": "Wang", "roles": []}`, string(put.body))
}

func TestABodyThatIsPackedIsRefused(t *testing.T) {
	b := newBench(t)
	body := `{"name": "Li", "roles": []}`
	p := b.ask(http.MethodPut, "/api/v1/people/wang", body, "Content-Encoding", "gzip").problem(b)
	require.Equal(t, http.StatusUnsupportedMediaType, p.Status)
	require.Equal(t, "header.Content-Encoding", p.Errors[0].Field)
	require.NotContains(t, string(b.get("/api/v1/people").body), `"Li"`)
	as[api.Person](b, b.ask(http.MethodPut, "/api/v1/people/wang", body, "Content-Encoding", "identity"), http.StatusOK)
}

func TestABodyOfNumbersWithoutEndIsNotSaidBack(t *testing.T) {
	b := newBench(t)
	body, err := json.Marshal(map[string]json.RawMessage{"input": json.RawMessage(`{"quantity": ` + strings.Repeat("9", 100_000) + `}`)})
	require.NoError(t, err)
	got := b.ask(http.MethodPost, sell, string(body))
	require.Equal(t, "invalid", got.problem(b).Code)
	require.Less(t, len(got.body), 1000)
}

func TestABodyThatBreaksOffIsNoFailureOfTheServer(t *testing.T) {
	b := newBench(t)
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.server.Listener.Addr().String())
	require.NoError(t, err)
	defer connection.Close()
	_, err = fmt.Fprintf(connection, "POST /api/v1/messages HTTP/1.1\r\nHost: waybill\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n{}\r\n", b.token)
	require.NoError(t, err)
	got, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	p := answer{got.StatusCode, got.Header.Get("Content-Type"), text}.problem(b)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Equal(t, "body", p.Errors[0].Field)
	require.Empty(t, b.log.String())
}

func TestTheSchemeOfATokenIsReadInAnyLetters(t *testing.T) {
	b := newBench(t)
	require.Equal(t, http.StatusOK, b.ask(http.MethodGet, "/api/v1/people", "", "Authorization", "bearer "+b.token).status)
}

package api_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/api"
	"waybill/definitions"
)

// secrets deploys processes of which sales does not see what is finance's, and adds a person of finance, ada,
// and one of both, boss.
func (b *bench) secrets() {
	b.Helper()
	_, findings, err := b.host.Deploy(b.Context(), b.tenant, os.DirFS("testdata/secrets"), "")
	require.NoError(b, err)
	require.False(b, definitions.HasErrors(findings), "%v", findings)
	for person, roles := range map[string]string{"ada": `["finance"]`, "boss": `["finance", "sales"]`} {
		as[api.Person](b, b.ask(http.MethodPut, "/api/v1/people/"+person, `{"name": "`+person+`", "roles": `+roles+`}`), http.StatusOK)
	}
}

func (b *bench) begin(process, input string) uuid.UUID {
	b.Helper()
	got := b.ask(http.MethodPost, "/api/v1/packs/secrets/processes/"+process+"/instances", `{"input": `+input+`}`)
	return as[api.Taken](b, got, http.StatusCreated).Instance
}

// job starts a job in which every way of telling a value is gone, and lets finance do what is its part.
func (b *bench) job() uuid.UUID {
	b.Helper()
	b.secrets()
	id := b.begin("job", `{
		"number": "SO-1", "cost": 40123, "costs": [51234, 61234], "latest": "2031-05-06",
		"parts": [{"sku": "BK-1", "cost": 77110}, {"sku": "BK-2", "cost": 22006}]}`)
	forms := map[string]string{"price": `{"found": 31337}`, "look": `{"seen": 2, "grade": "triple-b"}`}
	for _, task := range asked[items[api.Task]](b, "boss", "/api/v1/tasks?instance="+id.String()).Items {
		if form, mine := forms[task.Step]; mine {
			path := "/api/v1/tasks/" + task.ID.String() + "/complete"
			as[api.Taken](b, b.ask(http.MethodPost, path, `{"form": `+form+`}`, "Waybill-As", "boss"), http.StatusOK)
			delete(forms, task.Step)
		}
	}
	require.Empty(b, forms, "both tasks were open")
	return id
}

// reads are the paths under which something of an instance can be read.
func (b *bench) reads(instance uuid.UUID) []string {
	b.Helper()
	paths := []string{"/api/v1/instances", "/api/v1/instances?key=SO-1", "/api/v1/locks", "/api/v1/tasks", "/api/v1/tasks?role=sales"}
	for _, i := range as[api.Trace](b, b.get("/api/v1/instances/"+instance.String()+"/trace"), http.StatusOK).Instances {
		at := "/api/v1/instances/" + i.ID.String()
		paths = append(paths, at, at+"/history", at+"/trace", at+"/trace?root=true", "/api/v1/tasks?instance="+i.ID.String())
	}
	for _, task := range as[items[api.Task]](b, b.get("/api/v1/tasks"), http.StatusOK).Items {
		paths = append(paths, "/api/v1/tasks/"+task.ID.String())
	}
	return paths
}

func TestNoWayOfReadingTellsAPersonWhatIsForOtherRoles(t *testing.T) {
	b := newBench(t)
	paths := b.reads(b.job())
	secrets := map[string]string{
		"40123": "an input", "40122": "a formula that a task shows", "40121": "data of a sub-process",
		"40123 is too much": "the text of an error",
		"51234":             "an item of a list", "51235": "a formula that reads an item",
		"77110": "a field of records in a list", "99116": "the sum of such fields",
		"triple-b": "a field of a form", "31337": "what a stage yields", "31338": "data that a stage sets",
		"pay 40123": "the key of a message", "shelf 40123": "the name of a lock", "2031-05-06": "a due time",
		"worth": "a field that a form asks for", "grade": "a field that a form asked for", "pricing": "a stage",
	}
	read := func(person string) string {
		var all strings.Builder
		for _, path := range paths {
			if got := b.ask(http.MethodGet, path, "", "Waybill-As", person); got.status == http.StatusOK {
				all.Write(got.body)
			}
		}
		return all.String()
	}
	finance, sales := read("boss"), read("li.wei")
	for secret, what := range secrets {
		whole := regexp.MustCompile(`\b` + secret + `\b`) // digits stand in hashes and times, too
		require.True(t, whole.MatchString(finance), "finance sees %s", what)
		require.False(t, whole.MatchString(sales), "sales does not see %s", what)
	}
	for _, seen := range []string{"SO-1", "BK-1", "BK-2", `"seen":2`, "shelve", "argue", "weigh", `"fine"`} {
		require.True(t, strings.Contains(sales, seen), "sales sees %s", seen)
	}
}

func TestARecordComesWithoutTheFieldsThatAreForOtherRoles(t *testing.T) {
	b := newBench(t)
	path := "/api/v1/instances/" + b.job().String()
	require.Contains(t, string(asked[api.InstanceView](b, "li.wei", path).Data), `"parts":[{"sku":"BK-1"},{"sku":"BK-2"}]`)
	require.Contains(t, string(asked[api.InstanceView](b, "ada", path).Data), `"parts":[{"cost":77110,"sku":"BK-1"},{"cost":22006,"sku":"BK-2"}]`)
	for _, task := range asked[items[api.Task]](b, "li.wei", "/api/v1/tasks").Items {
		if task.Step == "pick" {
			require.JSONEq(t, `[{"name": "p", "title": {}, "value": {"sku": "BK-1"}}, {"name": "p.sku", "title": {}, "value": "BK-1"}]`, string(task.Show))
			return
		}
	}
	require.Fail(t, "no task to pick")
}

func TestABusinessKeyThatIsMadeOfWhatIsForOtherRolesFindsNothing(t *testing.T) {
	b := newBench(t)
	b.secrets()
	sealed := b.begin("sealed", `{"number": "7"}`)
	opened := asked[items[api.Instance]](b, "ada", "/api/v1/instances?key=C-7").Items
	require.Len(t, opened, 1)
	require.Equal(t, "C-7", opened[0].Key)
	require.Equal(t, sealed, *opened[0].Parent)

	require.Empty(t, asked[items[api.Instance]](b, "li.wei", "/api/v1/instances?key=C-7").Items)
	seen := asked[items[api.Instance]](b, "li.wei", "/api/v1/instances").Items
	require.Len(t, seen, 1)
	require.Equal(t, opened[0].ID, seen[0].ID)
	require.Empty(t, seen[0].Key)
	require.Nil(t, seen[0].Parent, "the process that runs it does not exist")
	for _, path := range []string{"/api/v1/tasks", "/api/v1/locks", "/api/v1/instances/" + seen[0].ID.String() + "/trace?root=true"} {
		require.Contains(t, string(b.ask(http.MethodGet, path, "", "Waybill-As", "ada").body), "C-7", path)
		body := string(b.ask(http.MethodGet, path, "", "Waybill-As", "li.wei").body)
		require.NotContains(t, body, "C-7", path)
		require.NotContains(t, body, sealed.String(), path)
		require.Contains(t, body, opened[0].ID.String(), path)
	}
}

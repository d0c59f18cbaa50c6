package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// plain refuses what would be read as something else than was sent: a filter that is lost because the query is
// written wrongly would be answered with all there is.
func plain(c *gin.Context) {
	if _, err := url.ParseQuery(c.Request.URL.RawQuery); err != nil {
		stop(c, newProblem(http.StatusBadRequest, "invalid", "query: "+err.Error(), ProblemField{Field: "query", Message: err.Error()}))
		return
	}
	if coding := c.GetHeader("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		text := fmt.Sprintf("bodies are read as they are, not as %q", coding)
		stop(c, newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", text, ProblemField{Field: "header.Content-Encoding", Message: text}))
		return
	}
	c.Next()
}

// body is that of a request; what keeps it from being read is the caller's, not the server's.
type body struct{ io.ReadCloser }

type brokenBody struct{ cause error }

func (e *brokenBody) Error() string { return "the body broke off: " + e.cause.Error() }
func (e *brokenBody) Unwrap() error { return e.cause }

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &brokenBody{err}
	}
	return n, err
}

func stop(c *gin.Context, p *Problem) {
	writeProblem(c, p)
	c.Abort()
}

// readJSON reads a body. Bytes that are not UTF-8, and an object that has a member twice, are errors: encoding/json
// would put another text, or the last of both.
func readJSON(text []byte, into any) error {
	if !utf8.Valid(text) {
		return errors.New("bytes that are not UTF-8")
	}
	err := json.Unmarshal(text, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return errors.New("a number has too many digits")
		}
		return fmt.Errorf("%s: expected a whole number, written with its digits alone and not too large", wrong.Field)
	}
	if _, first := into.(*any); !first || err != nil {
		return err // a body is read once as what it is, then as what it is for
	}
	if name, twice := repeated(text); twice {
		return fmt.Errorf("%q stands twice in an object", name)
	}
	return nil
}

// repeated finds a member that stands twice in an object of a text that is JSON.
func repeated(text []byte) (name string, twice bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var around []map[string]bool // the members of each object around, nil for a list
	named := false               // the next token is the value of a member
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		inner := len(around) - 1
		switch token {
		case json.Delim('{'):
			around, named = append(around, map[string]bool{}), false
			continue
		case json.Delim('['):
			around, named = append(around, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			around, named = around[:inner], false
			continue
		}
		if inner < 0 || around[inner] == nil || named {
			named = false
			continue
		}
		name, _ = token.(string)
		if around[inner][name] {
			return name, true
		}
		around[inner][name], named = true, true
	}
}

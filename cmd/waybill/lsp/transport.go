package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
)

// message is a request, a notification or an answer of JSON-RPC 2.0.
type message struct {
	Version string           `json:"jsonrpc"`
	ID      *json.RawMessage `json:"id,omitempty"`
	Method  string           `json:"method,omitempty"`
	Params  json.RawMessage  `json:"params,omitempty"`
	Result  json.RawMessage  `json:"result,omitempty"`
	Error   *failure         `json:"error,omitempty"`
}

// failure is the error of an answer.
type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (f *failure) Error() string { return f.Message }

// The codes of failures, of JSON-RPC 2.0 and of the protocol.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeNoMethod       = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeNotInitialized = -32002
	codeCancelled      = -32800
	codeRequestFailed  = -32803
)

// largestMessage is the most that an editor may send at once.
const largestMessage = 64 << 20

var errTooLarge = errors.New("message: larger than an editor may send")

// wire reads and writes messages behind a header that says their length. It may be written to from several goroutines.
type wire struct {
	in  *bufio.Reader
	mu  sync.Mutex
	out io.Writer
}

// read returns the next message. A *failure means that it could not be understood, and the next one can be read.
func (w *wire) read() (message, error) {
	header, err := textproto.NewReader(w.in).ReadMIMEHeader()
	if err != nil {
		return message{}, err
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || length < 0 {
		return message{}, fmt.Errorf("header: no length: %q", header.Get("Content-Length"))
	}
	if length > largestMessage {
		return message{}, errTooLarge
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(w.in, body); err != nil {
		return message{}, err
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return message{}, &failure{codeParse, "message: " + err.Error()}
	}
	return m, nil
}

func (w *wire) write(m message) error {
	m.Version = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err = fmt.Fprintf(w.out, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// notify sends what is no answer.
func (w *wire) notify(method string, params any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	return w.write(message{Method: method, Params: body})
}

// answer sends the result of a request, or why there is none.
func (w *wire) answer(id *json.RawMessage, result any, cause error) error {
	if cause != nil {
		f, ok := errors.AsType[*failure](cause)
		if !ok {
			f = &failure{codeRequestFailed, cause.Error()}
		}
		return w.write(message{ID: id, Error: f})
	}
	body, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return w.write(message{ID: id, Result: body})
}

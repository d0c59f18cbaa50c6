package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// clerk is the person who does the benchmark's tasks.
const clerk = "clerk"

const (
	completionsWarm    = 50
	completionsCounted = 400
)

// completions measures a task completion by one client, from the request to the answer, at which the
// next task is visible.
func (b *bench) completions(ctx context.Context, r *results) error {
	if _, err := b.begin(ctx, "work", map[string]any{}); err != nil {
		return err
	}
	var took []time.Duration
	last := uuid.Nil
	for i := range completionsWarm + completionsCounted {
		task, err := b.nextTask(ctx, last)
		if err != nil {
			return err
		}
		begun := time.Now()
		if err := b.call(ctx, http.MethodPost, "/api/v1/tasks/"+task.String()+"/complete", `{"form":{"again":true}}`, nil); err != nil {
			return err
		}
		if i >= completionsWarm {
			took = append(took, time.Since(begun))
		}
		last = task
	}
	slices.Sort(took)
	r.add("completion_p50_ms_1", milliseconds(took[len(took)/2]), "<= 12")
	r.add("completion_p99_ms_1", milliseconds(took[len(took)*99/100]), "")
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// nextTask returns the one task that is open, which must not be the last one.
func (b *bench) nextTask(ctx context.Context, last uuid.UUID) (uuid.UUID, error) {
	var open struct {
		Items []struct {
			ID uuid.UUID `json:"id"`
		} `json:"items"`
	}
	if err := b.call(ctx, http.MethodGet, "/api/v1/tasks?person="+clerk, "", &open); err != nil {
		return uuid.Nil, err
	}
	if len(open.Items) != 1 || open.Items[0].ID == last {
		return uuid.Nil, fmt.Errorf("completion: the answer came before the next task was visible: %v", open.Items)
	}
	return open.Items[0].ID, nil
}

// call sends a request to the stack's API and reads the answer into to.
func (b *bench) call(ctx context.Context, method, path, body string, to any) error {
	request, err := http.NewRequestWithContext(ctx, method, b.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+b.Token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Waybill-As", clerk)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, path, answer.Status, text.String())
	}
	if to == nil {
		return nil
	}
	return json.Unmarshal(text.Bytes(), to)
}

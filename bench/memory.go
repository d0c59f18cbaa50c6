package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/internal/stack"
	"waybill/internal/temporal"
)

// temporalAddress is the variable that names the Temporal cluster.
const temporalAddress = "TEMPORAL_ADDRESS"

const (
	openBefore = 100
	openAdded  = 10_000
)

// openMemory measures the resident memory that open instances add to a worker process, which has
// neither Temporal's server nor the API in it.
func openMemory(ctx context.Context, r *results) error {
	return onParts(ctx, []stack.Part{stack.API}, func(b *bench) error {
		child, err := startWorker(ctx, b)
		if err != nil {
			return err
		}
		defer child.stop()
		if err := b.openInstances(ctx, openBefore); err != nil {
			return err
		}
		before, err := child.resident()
		if err != nil {
			return err
		}
		if err := b.openInstances(ctx, openAdded); err != nil {
			return err
		}
		after, err := child.resident()
		if err != nil {
			return err
		}
		r.add("open_10k_worker_mb", after-before, "<= 300")
		return nil
	})
}

// openInstances starts n instances that rest on a task.
func (b *bench) openInstances(ctx context.Context, n int64) error {
	group, ctx := errgroup.WithContext(ctx)
	var left atomic.Int64
	left.Store(n)
	for range atOnce {
		group.Go(func() error {
			for left.Add(-1) >= 0 {
				if _, err := b.begin(ctx, "work", map[string]any{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// workAlone is the worker process: it works until its standard input ends, and answers each line with
// one of its own once it has given all unused memory back.
func workAlone(ctx context.Context) error {
	actions, err := registry()
	if err != nil {
		return err
	}
	running, err := stack.Start(ctx, stack.Options{
		DatabaseURL: os.Getenv("DATABASE_URL"), TemporalAddress: os.Getenv(temporalAddress),
		Parts: []stack.Part{stack.Worker}, Catalogue: actions,
	})
	if err != nil {
		return err
	}
	signal.Ignore(os.Interrupt)
	lines := bufio.NewScanner(os.Stdin)
	fmt.Println("ready")
	for lines.Scan() {
		debug.FreeOSMemory()
		fmt.Println("free")
	}
	stopping, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return running.Stop(stopping)
}

// workerProcess is a running worker process.
type workerProcess struct {
	command *exec.Cmd
	ask     io.WriteCloser
	answers *bufio.Reader
}

func startWorker(ctx context.Context, b *bench) (*workerProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &workerProcess{command: exec.CommandContext(ctx, self, "-role", "worker")}
	p.command.Env = append(os.Environ(), "DATABASE_URL="+b.DatabaseURL,
		temporalAddress+"="+b.TemporalAddress, "TEMPORAL_NAMESPACE="+temporal.Namespace)
	p.command.Stderr = os.Stderr
	if p.ask, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answers = bufio.NewReader(out)
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	if _, err := p.answers.ReadString('\n'); err != nil {
		p.stop()
		return nil, fmt.Errorf("worker process: %w", err)
	}
	return p, nil
}

func (p *workerProcess) stop() {
	p.ask.Close()
	// Its exit code says nothing about what was measured.
	_ = p.command.Wait()
}

// resident is the process's resident memory in MB once it has given back what it does not use.
func (p *workerProcess) resident() (float64, error) {
	if _, err := io.WriteString(p.ask, "free\n"); err != nil {
		return 0, err
	}
	if _, err := p.answers.ReadString('\n'); err != nil {
		return 0, err
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if kb, found := strings.CutPrefix(line, "VmRSS:"); found {
			n, err := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n / 1024, err
		}
	}
	return 0, fmt.Errorf("process %d: no resident memory", p.command.Process.Pid)
}

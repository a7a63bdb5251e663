package command

import (
	"fmt"
	"io"
	"sync"
)

// progress tells on a terminal how far reading has come; a log has nothing of it.
type progress struct {
	w     io.Writer // nil for none
	total int

	mu   sync.Mutex
	done int
}

// everyNth is how often it is told.
const everyNth = 100

func (c *Command) newProgress(total int) *progress {
	p := &progress{total: total}
	if c.Terminal {
		p.w = c.Stderr
	}
	return p
}

func (p *progress) step() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.w != nil && (p.done%everyNth == 0 || p.done == p.total) {
		fmt.Fprintf(p.w, "\rVerified %d of %d", p.done, p.total)
	}
}

func (p *progress) end() {
	if p.w != nil && p.total > 0 {
		fmt.Fprintln(p.w)
	}
}

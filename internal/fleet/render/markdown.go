package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
)

// The most rows of each table: a page is to be read, and CSV has everything.
const (
	mostWorkloads = 200
	mostRows      = 25
)

// writeMarkdown writes the counts, the workloads that do not pass, and what they have in
// common.
func writeMarkdown(r *fleet.RollUp, now time.Time) (string, error) {
	_, digest, err := r.Encode()
	if err != nil {
		return "", err
	}
	m := &markdown{}
	m.line("# " + commonmark.Escape(Headline(r)))
	m.line(fmt.Sprintf("As of %s. %s", now.UTC().Format("2006-01-02 15:04 UTC"), "Digest of the roll-up: `"+digest+"`."))
	m.table("Status", "Workloads", "Meaning")
	for _, s := range fleet.Statuses() {
		m.row(string(s), thousands(r.Counts.Of(s)), about(s))
	}
	m.workloads(r)
	m.gaps("Gaps by control", "Control", r.Controls)
	m.gaps("Gaps by service", "Service", r.Services)
	m.exceptions(r)
	m.bar(r)
	m.rejected(r)
	return strings.TrimRight(m.b.String(), "\n") + "\n", nil
}

type markdown struct{ b strings.Builder }

func (m *markdown) line(s string) { m.b.WriteString("\n" + s + "\n") }

func (m *markdown) heading(s string) { m.line("## " + s) }

func (m *markdown) table(columns ...string) {
	m.b.WriteString("\n| " + strings.Join(columns, " | ") + " |\n|" + strings.Repeat("---|", len(columns)) + "\n")
}

// row writes cells, whatever they have in them.
func (m *markdown) row(cells ...string) {
	m.b.WriteString("|")
	for _, cell := range cells {
		m.b.WriteString(" " + commonmark.Escape(cell) + " |")
	}
	m.b.WriteString("\n")
}

// more says how many rows are left out.
func (m *markdown) more(n, shown int) {
	if n > shown {
		m.line(fmt.Sprintf("And %s more.", thousands(n-shown)))
	}
}

func (m *markdown) workloads(r *fleet.RollUp) {
	failing := r.Failing()
	if len(failing) == 0 {
		return
	}
	m.heading("Workloads that do not pass")
	m.table("Workload", "Status", "Gaps", "Signed", "Labels")
	for _, w := range failing[:min(len(failing), mostWorkloads)] {
		gaps := ""
		if n := len(w.Gaps); n > 0 {
			gaps = fmt.Sprintf("%d: %s", n, list(w.Gaps[:min(n, 3)], fleet.Gap.Check))
			if n > 3 {
				gaps += "; …"
			}
		}
		m.row(w.Name, string(w.Status), gaps, day(w.SignedAt), labels(w.Labels))
	}
	m.more(len(failing), mostWorkloads)
}

// day is the day of a time.
func day(timestamp string) string {
	date, _, _ := strings.Cut(timestamp, "T")
	return date
}

func (m *markdown) gaps(heading, column string, gaps []fleet.GapsOf) {
	if len(gaps) == 0 {
		return
	}
	m.heading(heading)
	m.table(column, "Workloads", "Gaps")
	for _, g := range gaps[:min(len(gaps), mostRows)] {
		m.row(g.Name, thousands(g.Workloads), thousands(g.Gaps))
	}
	m.more(len(gaps), mostRows)
}

func (m *markdown) exceptions(r *fleet.RollUp) {
	if r.Counts.Exceptions == 0 {
		return
	}
	m.heading("Exceptions")
	m.line(fmt.Sprintf("%s in all, of which %s end within 30 days.", thousands(r.Counts.Exceptions),
		thousands(r.Counts.EndingSoon)))
	m.table("Approver", "Exceptions", "Ending soon", "Workloads", "Oldest since")
	for _, a := range r.Approvers[:min(len(r.Approvers), mostRows)] {
		m.row(approver(a.Name), thousands(a.Exceptions), thousands(a.EndingSoon), thousands(a.Workloads), string(a.Oldest))
	}
	m.more(len(r.Approvers), mostRows)
	m.table("Age", "Exceptions")
	for i, a := range r.Ages {
		m.row(ageWords(r, i), thousands(a.Exceptions))
	}
}

func (m *markdown) bar(r *fleet.RollUp) {
	if len(r.Weakened) > 0 {
		m.heading("Lowered bars")
		m.table("By", "Workloads", "Meaning")
		for _, x := range r.Weakened {
			m.row(x.Name, thousands(x.Workloads), aboutWeakening(x.Name))
		}
	}
	if len(r.Registers) > 0 {
		m.heading("Registers")
		m.table("Issue", "Workloads", "State")
		for _, x := range r.Registers[:min(len(r.Registers), mostRows)] {
			m.row(issue(x.Name, x.Issued), thousands(x.Workloads), age(x))
		}
		m.more(len(r.Registers), mostRows)
	}
}

func (m *markdown) rejected(r *fleet.RollUp) {
	if len(r.Rejected) == 0 {
		return
	}
	m.heading("Rejected")
	m.line("What follows counts for nothing. Nobody has verified what it says it is about.")
	m.table("Where", "Says it is about", "Why")
	for _, rejected := range r.Rejected[:min(len(r.Rejected), mostRows)] {
		m.row(rejected.Source, strings.Join(rejected.Claims, ", "), rejected.Reason)
	}
	m.more(len(r.Rejected), mostRows)
}

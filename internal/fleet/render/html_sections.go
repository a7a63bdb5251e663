package render

import (
	"fmt"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
)

// table starts a table; numbers are the columns from the second on.
func (p *page) table(caption string, columns ...string) {
	p.raw("<div class=scroll tabindex=0 role=region aria-label=\"", caption, "\">",
		"<table><caption>", caption, "</caption><thead><tr>")
	for _, column := range columns {
		p.raw("<th scope=col>", column)
	}
	p.raw("</thead><tbody>\n")
}

func (p *page) end() { p.raw("</tbody></table></div>") }

// cells writes the cells after the first, and ends the row.
func (p *page) cells(cells ...string) {
	for _, cell := range cells {
		p.element("<td>", cell, "")
	}
	p.raw("\n")
}

func (p *page) gaps(id, heading, hint, column string, gaps []fleet.GapsOf, find string) {
	if len(gaps) == 0 {
		return
	}
	p.section(id, heading, hint)
	p.table(heading, column, "Workloads", "Gaps")
	for _, g := range gaps {
		p.raw("<tr><th scope=row>")
		p.find(g.Name, find+g.Name)
		p.cells(thousands(g.Workloads), thousands(g.Gaps))
	}
	p.end()
	p.raw("</section>\n")
}

func (p *page) labels() {
	if len(p.Labels) == 0 {
		return
	}
	p.section("labels", "Labels", "Whose workloads they are, as their requirements say: teams, owners, stages.")
	p.table("Labels", "Label", "Workloads", "Do not pass")
	for _, l := range p.Labels {
		p.raw("<tr><th scope=row>")
		p.find(l.Name+"="+l.Value, "label:"+l.Name+"="+l.Value)
		p.cells(thousands(l.Workloads), thousands(l.Workloads-l.Passed))
	}
	p.end()
	p.raw("</section>\n")
}

// mostEnding is how many exceptions that end soon are listed one by one.
const mostEnding = 500

func (p *page) exceptions() {
	if p.Counts.Exceptions == 0 {
		return
	}
	p.section("exceptions", "Exceptions", fmt.Sprintf("%s accepted gaps, of which %s end within 30 days. They are as old as the "+
		"oldest verdict at hand that has them, at least.", thousands(p.Counts.Exceptions), thousands(p.Counts.EndingSoon)))
	p.table("Exceptions by approver", "Approver", "Exceptions", "Ending soon", "Workloads", "Oldest since")
	for _, a := range p.Approvers {
		p.raw("<tr><th scope=row>")
		p.find(approver(a.Name), "by:"+approver(a.Name))
		p.cells(thousands(a.Exceptions), thousands(a.EndingSoon), thousands(a.Workloads), string(a.Oldest))
	}
	p.end()
	p.table("Exceptions by age", "Age", "Exceptions")
	for i, a := range p.Ages {
		p.element("<tr><th scope=row>", ageWords(p.RollUp, i), "")
		p.cells(thousands(a.Exceptions))
	}
	p.end()
	p.endingSoon()
	p.raw("</section>\n")
}

func (p *page) endingSoon() {
	if p.Counts.EndingSoon == 0 {
		return
	}
	p.table("Exceptions that end within 30 days", "Workload", "Gap", "Until", "Approver", "Ticket")
	listed := 0
	for _, w := range p.Workloads {
		for _, e := range w.Exceptions {
			if !fleet.EndsSoon(e, catalog.DateOf(p.now)) {
				continue
			}
			if listed++; listed > mostEnding {
				continue
			}
			p.raw("<tr><th scope=row>")
			p.find(w.Name, "name:"+w.Name)
			p.cells(e.Service+"/"+e.Control, string(e.Ends), approver(e.Approver), e.Ticket)
		}
	}
	p.end()
	if listed > mostEnding {
		p.raw("<p class=hint>And ", thousands(listed-mostEnding), " more, which the CSV has.</p>")
	}
}

// bar writes what lowers bars, and the registers that workloads rest on.
func (p *page) bar() {
	if len(p.Weakened) > 0 {
		p.section("bar", "Lowered bars", "What lets pass, or leaves out, what would fail elsewhere. "+
			"The verdicts say so themselves.")
		p.table("Lowered bars", "By", "Workloads", "Meaning")
		for _, x := range p.Weakened {
			p.raw("<tr><th scope=row>")
			p.find(x.Name, "weakened:"+x.Name)
			p.cells(thousands(x.Workloads), aboutWeakening(x.Name))
		}
		p.end()
		p.raw("</section>\n")
	}
	if len(p.Registers) > 0 {
		p.section("registers", "Registers", "Of exceptions, as the workloads found them. An issue is old where another workload "+
			"has a newer one: what that takes back still counts there.")
		p.table("Registers", "Issue", "Workloads", "State", "Digest")
		for _, r := range p.Registers {
			p.raw("<tr><th scope=row>")
			p.find(issue(r.Name, r.Issued), "register:"+issue(r.Name, r.Issued))
			p.cells(thousands(r.Workloads), age(r), r.Digest)
		}
		p.end()
		p.raw("</section>\n")
	}
}

func (p *page) catalogs() {
	if len(p.Catalogs) == 0 {
		return
	}
	p.section("catalogues", "Catalogues", "By what the verdicts were reached. An old edition among them has an old answer.")
	p.table("Catalogues", "Sources", "Workloads", "Digest")
	for _, c := range p.Catalogs {
		var names []string
		for _, s := range c.Sources {
			names = append(names, s.Name)
		}
		p.raw("<tr><th scope=row>")
		p.find(strings.Join(names, ", "), "catalogue "+short(c.Digest))
		p.cells(thousands(c.Workloads), c.Digest)
	}
	p.end()
	p.raw("</section>\n")
}

// mostRejected is how many of what was rejected is listed.
const mostRejected = 1000

func (p *page) rejected() {
	if len(p.Rejected) == 0 {
		return
	}
	p.section("rejected", "Rejected", "What counts for nothing. Nobody has verified what it says it is about.")
	p.table("Rejected", "Where", "Says it is about", "Why")
	for _, r := range p.Rejected[:min(len(p.Rejected), mostRejected)] {
		p.element("<tr><th scope=row>", r.Source, "")
		p.cells(strings.Join(r.Claims, ", "), r.Reason)
	}
	p.end()
	if n := len(p.Rejected) - mostRejected; n > 0 {
		p.raw("<p class=hint>And ", thousands(n), " more, which the CSV has.</p>")
	}
	p.raw("</section>\n")
}

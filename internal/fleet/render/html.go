package render

import (
	"crypto/sha256"
	_ "embed" // for the style sheet and the script
	"encoding/base64"
	"fmt"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

//go:embed assets/fleet.css
var style string

//go:embed assets/fleet.js
var script string

// policy lets the file itself forbid all that it does not need: no request, and no script
// but its own, also if something in it were not escaped.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'"
}

// page is the page that is being written. It is written by hand instead of with
// html/template, which takes seconds for ten thousand workloads; text goes through text,
// and addresses through link.
type page struct {
	*fleet.RollUp
	now time.Time
	b   strings.Builder
}

// writeHTML writes one file that needs nothing else: no network, and no script to be read.
// Every workload is there, also without the script, which filters and sorts.
func writeHTML(r *fleet.RollUp, now time.Time) (string, error) {
	_, digest, err := r.Encode()
	if err != nil {
		return "", err
	}
	p := &page{RollUp: r, now: now}
	p.b.Grow(len(r.Workloads)*1000 + 32_000)
	p.head(digest)
	p.workloads()
	p.gaps("controls", "Gaps by control", "The controls that workloads lack most.", "Control", r.Controls, "gap:")
	p.gaps("services", "Gaps by service", "The services with the most gaps.", "Service", r.Services, "service:")
	p.labels()
	p.exceptions()
	p.bar()
	p.catalogs()
	p.rejected()
	p.raw("</main><footer><div class=page><p>Made by terraform-provider-controls from signed verdicts. They say what is " +
		"documented and was declared.</p></div></footer>\n<script>" + script + "</script></body></html>\n")
	return p.b.String(), nil
}

// raw writes markup, which must not come from a roll-up.
func (p *page) raw(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

// text writes text.
func (p *page) text(s string) { p.b.WriteString(html.EscapeString(plaintext.Line(s))) }

// element writes text in an element.
func (p *page) element(start, s, end string) {
	p.raw(start)
	p.text(s)
	p.raw(end)
}

// link writes a link, or the text alone where the address is none.
func (p *page) link(s string) {
	if !weblink.Valid(s) {
		p.text(s)
		return
	}
	p.element(`<a href="`, s, `">`)
	p.element("", s, "</a>")
}

// find writes a link that fills the search, where there is a script, and leads to the
// workloads in any case.
func (p *page) find(s, what string) {
	p.element(`<a href="#workloads" data-find="`, what, `">`)
	p.element("", s, "</a>")
}

func (p *page) head(digest string) {
	failing := p.Counts.Workloads - p.Counts.Passed
	class := "passed"
	if failing > 0 {
		class = "failed"
	}
	p.raw("<!doctype html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">",
		`<meta http-equiv=Content-Security-Policy content="`, policy(), `">`)
	p.element("<title>", Headline(p.RollUp), "</title>")
	p.raw("<style>", style, "</style></head>\n<body><a class=skip href=#workloads>Skip to the workloads</a>",
		"<header class=\"top ", class, "\"><div class=page><p class=eyebrow>Security controls</p>")
	p.element("<h1>", Headline(p.RollUp), "</h1>")
	p.element("<p class=lead>As of ", p.now.UTC().Format("2006-01-02 15:04 UTC")+".", " ")
	if p.MaxAgeHours > 0 {
		p.element("A verdict counts for ", words.Count(int(p.MaxAgeHours), "hour")+".", " ")
	}
	p.element("Digest of the roll-up: <code>", digest, "</code></p>")
	p.raw("<div class=bar aria-hidden=true>")
	for _, s := range fleet.Statuses() {
		if n := p.Counts.Of(s); n > 0 {
			p.raw(fmt.Sprintf("<span class=%s style=\"flex:%d\"></span>", s, n))
		}
	}
	p.raw("</div><dl class=counts>")
	for _, s := range fleet.Statuses() {
		p.raw("<div class=", string(s), "><dt>")
		p.find(words.UpperFirst(string(s)), "is:"+string(s))
		p.raw("<span>", about(s), "</span></dt><dd>", thousands(p.Counts.Of(s)), "</dd></div>")
	}
	p.raw("</dl></div></header>\n<nav aria-label=Contents><div class=page><ul>")
	for _, section := range p.contents() {
		p.raw("<li><a href=#", section[0], ">", section[1], "</a>")
	}
	p.raw("</ul></div></nav>\n<main class=page>")
}

// contents are the sections that there are, each with its id and heading.
func (p *page) contents() [][2]string {
	out := [][2]string{{"workloads", "Workloads"}}
	for _, s := range []struct {
		id, heading string
		n           int
	}{
		{"controls", "Gaps by control", len(p.Controls)},
		{"services", "Gaps by service", len(p.Services)},
		{"labels", "Labels", len(p.Labels)},
		{"exceptions", "Exceptions", p.Counts.Exceptions},
		{"bar", "Lowered bars", len(p.Weakened)},
		{"registers", "Registers", len(p.Registers)},
		{"catalogues", "Catalogues", len(p.Catalogs)},
		{"rejected", "Rejected", len(p.Rejected)},
	} {
		if s.n > 0 {
			out = append(out, [2]string{s.id, s.heading})
		}
	}
	return out
}

// section starts a section.
func (p *page) section(id, heading, hint string) {
	p.raw("<section id=", id, "><h2>", heading, "</h2>")
	p.element("<p class=hint>", hint, "</p>\n")
}

// chunkSize is how many workloads a browser lays out at once, or not at all while they are
// out of sight.
const chunkSize = 50

// workloads writes every workload, those that do not pass first.
func (p *page) workloads() {
	p.section("workloads", "Workloads", "Each opens to its gaps, its exceptions and where its verdict was found.")
	p.raw("<form class=tools hidden><label>Find <input type=search id=search autocomplete=off></label>",
		"<label>Status <select id=status><option value=\"\">all")
	for _, s := range fleet.Statuses() {
		p.raw("<option value=", string(s), ">", string(s))
	}
	p.raw("</select></label><label>Sort by <select id=sort><option value=status>status<option value=name>name",
		"<option value=gaps>gaps<option value=exceptions>exceptions<option value=signed>oldest verdict</select></label>",
		"<output id=shown></output></form>\n<div id=list>")
	passing := slices.DeleteFunc(slices.Clone(p.Workloads), func(w fleet.Workload) bool { return w.Status != fleet.Passed })
	for chunk := range slices.Chunk(slices.Concat(p.Failing(), passing), chunkSize) {
		p.raw("<div style=\"--n:", strconv.Itoa(len(chunk)), "\">")
		for _, w := range chunk {
			p.workload(w)
		}
		p.raw("</div>\n")
	}
	p.raw("</div></section>\n")
}

// workload writes one. What the script filters and sorts by is in it as anybody reads it.
func (p *page) workload(w fleet.Workload) {
	p.raw("<details class=", string(w.Status), "><summary>")
	p.element("<b>", w.Name, "</b>")
	p.raw("<i>", words.UpperFirst(string(w.Status)), "</i><span>")
	if n := len(w.Gaps); n > 0 {
		p.raw(words.Count(n, "gap"))
	}
	p.raw("</span><span>")
	if n := len(w.Exceptions); n > 0 {
		p.raw(words.Count(n, "exception"))
	}
	p.raw("</span><time>", day(w.SignedAt), "</time></summary><div>")
	if len(w.Labels) > 0 {
		p.raw("<ul class=l>")
		for _, name := range slices.Sorted(maps.Keys(w.Labels)) {
			p.element("<li>", name+"="+w.Labels[name], "")
		}
		p.raw("</ul>")
	}
	if len(w.Gaps) > 0 {
		p.raw("<ul class=g>")
		for _, g := range w.Gaps {
			p.element("<li>", g.Check(), "")
			if g.Reason != "" {
				p.element(" <small>", string(g.Reason), "</small>")
			}
		}
		p.raw("</ul>")
	}
	p.accepted(w)
	p.whence(w)
	p.raw("</div></details>\n")
}

// accepted writes the exceptions of a workload, and what else lowers its bar.
func (p *page) accepted(w fleet.Workload) {
	if len(w.Exceptions) > 0 {
		p.raw("<ul class=x>")
		for _, e := range w.Exceptions {
			p.element("<li>", e.Service+"/"+e.Control, " <small>until ")
			p.text(string(e.Ends) + ", since " + string(e.Since) + ", by")
			p.element(" <u>", approver(e.Approver), "</u>")
			if e.Ticket != "" {
				p.text(", " + e.Ticket)
			}
			p.raw("</small>")
		}
		p.raw("</ul>")
	}
	if len(w.Weakened) > 0 {
		p.raw("<ul class=w>")
		for _, name := range w.Weakened {
			p.element("<li>", name, "")
			p.element(" <small>", aboutWeakening(name), "</small>")
		}
		p.raw("</ul>")
	}
	if len(w.Registers) > 0 {
		p.raw("<ul class=r>")
		for _, r := range w.Registers {
			p.element("<li>", issue(r.Name, r.Issued), "")
			if r.Old {
				p.raw(" <small>old</small>")
			}
		}
		p.raw("</ul>")
	}
}

// whence says where the verdict is from.
func (p *page) whence(w fleet.Workload) {
	p.raw("<p>")
	if !w.Verified {
		p.raw("No verdict that counts was found: none was published, or none by a key that may speak for this workload.</p>")
		return
	}
	p.text(fmt.Sprintf("%s, %s,", words.Count(w.Services, "service"), words.Count(w.Checks, "check")))
	for _, digest := range w.Catalogs {
		p.element(" catalogue ", short(digest), ",")
	}
	p.element(
		" ", fmt.Sprintf("signed %s by the key %s, valid until %s, found at %s;", w.SignedAt, w.Key, w.ValidUntil, w.Source), "",
	)
	p.raw(" ")
	p.link(w.ResourceURI)
	if w.Tolerated > 0 {
		p.text(fmt.Sprintf("; a ratchet let %s pass", words.Count(w.Tolerated, "gap")))
	}
	if !w.Expected {
		p.raw("; not among the expected workloads")
	}
	p.raw("</p>")
}

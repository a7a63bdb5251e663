package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// findings writes every finding of every service: services with gaps first and opened,
// in each what one has to act on first.
func (w *htmlSection) findings() {
	w.begin(
		1,
		"Services with gaps come first, and within a service what has to be acted on. "+
			"Each finding names the document that it rests on.",
	)
	services := slices.Concat(w.clouds()...)
	slices.SortStableFunc(services, func(a, b *service) int {
		return cmp.Compare(b.total.Gaps, a.total.Gaps)
	})
	for _, s := range services {
		w.service(s)
	}
	w.end()
}

func (w *htmlSection) service(s *service) {
	w.raw("<details", okClass(s), " id=", w.serviceAnchor(s), ` data-name="`)
	w.element("", s.name+" "+s.id, `"`)
	if s.total.Gaps > 0 || w.total.Services == 1 {
		w.raw(" open")
	}
	w.element(fmt.Sprintf("><summary><h%d>", w.level+1), s.name, fmt.Sprintf("</h%d> <span class=tally>", w.level+1))
	for _, o := range assess.Outcomes() {
		if n := s.total.outcomes[o]; n > 0 {
			word := strings.ToLower(o.Word())
			if o == assess.Gap && n > 1 {
				word += "s"
			}
			w.raw(fmt.Sprintf(`<span class="mark %s">%d %s</span>`, outcomeClass(o), n, word))
		}
	}
	w.raw("</span></summary>\n")
	w.where(s)
	w.raw("<ul class=rows>\n")
	columns := make([]int, len(s.findings))
	for i := range columns {
		columns[i] = i
	}
	slices.SortStableFunc(columns, func(a, b int) int {
		return cmp.Compare(s.findings[a].outcome.Rank(), s.findings[b].outcome.Rank())
	})
	for _, i := range columns {
		w.finding(s.findings[i], w.findingAnchor(s, i))
	}
	w.raw("</ul></details>\n")
}

// where writes the id of a service, the places that chose it, its end, and the parts of it
// that end.
func (w *htmlSection) where(s *service) {
	w.element("<p class=where><code>", s.id, "</code>")
	for i, l := range s.places {
		if i == 0 {
			w.raw(", chosen at ")
		} else {
			w.raw(", ")
		}
		w.element("<code>", position(l), "</code>")
		w.element(" (<code>", l.Address, "</code>")
		if l.Note != "" {
			w.text(", " + l.Note)
		}
		w.raw(")")
	}
	w.raw(".")
	if s.lifecycle != nil {
		w.element(" ", words.UpperFirst(s.end())+".", "")
	}
	w.raw("</p>\n")
	if len(s.notices) == 0 {
		return
	}
	w.raw("<p class=where>Parts to be retired:</p>\n<ul class=where>")
	for _, n := range s.notices {
		w.element("<li>", explain.Notice(n), " (")
		w.link(n.Source, linkOrNone(n.URL))
		w.raw(")</li>")
	}
	w.raw("</ul>\n")
}

func (w *htmlSection) finding(f *finding, anchor string) {
	w.raw("<li class=", outcomeClass(f.outcome))
	if linked(f) {
		w.raw(" id=", anchor)
	}
	w.raw("><span class=mark>", f.outcome.Word(), "</span><div>")
	w.element("<strong>", f.check.name(), "</strong>")
	w.element("<p>", f.explain(), "")
	for _, ev := range f.answers() {
		w.raw("<p class=note>Evidence: ")
		w.reference(ev.Reference)
		w.text(explain.Approved(ev.ApprovedBy))
	}
	if ex := f.exception; ex != nil {
		w.element("<p class=note>", f.exceptionState()+": "+ex.Justification, "")
	}
	w.raw("</div>")
	for i, d := range f.documents() {
		if i == 0 {
			w.raw("<p class=cite>")
		} else {
			w.raw("<br>")
		}
		w.raw(string(d.published), " ")
		w.link(d.title, d.link)
		w.text(d.whose())
	}
	w.raw("\n")
}

func (w *htmlSection) exceptions() {
	w.begin(2, "")
	if len(w.s.exceptions) == 0 {
		w.raw("<p class=hint>None: no gap was accepted.</p>")
		w.end()
		return
	}
	w.raw(
		"<p class=hint>Accepted gaps, those that end first at the top. The last day is included; from the day after, the " +
			"gap is " +
			"open again.</p>\n<ul class=rows>\n",
	)
	for _, ex := range w.s.exceptions {
		class := map[string]string{inForce: "e", ended: "g", unused: "n"}[ex.state]
		w.raw("<li class=", class, "><div><strong>", string(ex.Expires), "</strong><span class=mark>", ex.state,
			"</span></div><div>")
		w.element("<strong>", ex.serviceName+": "+ex.checkTitle, "</strong>")
		w.element("<p>", ex.Justification, "</p>")
		if len(ex.CompensatingControls) > 0 {
			w.element("<p>Compensated by ", strings.Join(ex.CompensatingControls, ", "), ".</p>")
		}
		w.raw("</div><div class=cite>")
		if ex.ApprovedBy != "" {
			w.element("<p>Approved by ", ex.ApprovedBy, "</p>")
		}
		if ex.Ticket != "" {
			w.raw("<p>Ticket ")
			w.reference(ex.Ticket)
			w.raw("</p>")
		}
		w.raw("</div></li>\n")
	}
	w.raw("</ul>\n")
	w.end()
}

func (w *htmlSection) scope() {
	w.begin(3, "")
	if w.s.Scope == nil {
		w.raw("<p class=hint>The services were named one by one, so nothing is known of what else the configuration chooses.</p>")
		w.end()
		return
	}
	w.raw(
		"<p class=hint>What the configuration declares beside the services above, by resource type.</p>\n" +
			"<ul class=\"rows plain\">\n",
	)
	for _, part := range scopeParts(w.s.Scope) {
		w.raw("<li><strong>", part.title, "</strong><div><p>", words.UpperFirst(part.meaning), ".</p><ul class=types>")
		for _, t := range part.names {
			w.element("<li><code>", plaintext.Line(t), "</code></li>")
		}
		if len(part.names) == 0 {
			w.raw("<li>None</li>")
		}
		w.raw("</ul></div></li>\n")
	}
	w.raw("</ul>\n")
	w.end()
}

func (w *htmlSection) documents() {
	w.begin(4, "Oldest first. A document says what its publisher documented on its date; the service may have changed since.")
	cited := map[*document]int{}
	for _, s := range w.s.services {
		for _, f := range s.findings {
			for _, d := range f.documents() {
				cited[d]++
			}
		}
	}
	var docs []*document
	for d := range cited {
		docs = append(docs, d)
	}
	slices.SortFunc(docs, func(a, b *document) int {
		return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.id, b.id))
	})
	w.raw("<ul class=\"rows documents\">\n")
	for _, d := range docs {
		w.raw("<li><span>", string(d.published), "</span><div>")
		w.link(d.title, d.link)
		w.element("</div><div class=cite>", d.publisher+d.whose()+", behind "+words.Count(cited[d], "finding"), "</div></li>\n")
	}
	w.raw("</ul>\n")
	if corrections := w.s.corrections(); len(corrections) > 0 {
		w.raw("<p>Sources that speak in the name of earlier ones (<code>corrects = true</code>):</p>\n<ul>\n")
		for _, c := range corrections {
			w.element("<li>", c, "</li>\n")
		}
		w.raw("</ul>\n")
	}
	w.end()
}

// verify says what the report rests on, and how to find out that it does.
func (w *htmlSection) verify() {
	w.begin(5, "The report is made of one assessment and of nothing else. Whoever has the assessment can check both.")
	w.raw("<ul class=\"rows plain\">\n")
	row := func(name, value string) {
		w.raw("<li><strong>", name, "</strong><code>")
		w.element("", value, "</code></li>\n")
	}
	row("Assessment", w.s.digest)
	row("Catalogue", w.s.Catalog.Digest)
	for _, source := range w.s.Catalog.Sources {
		row("Source", plaintext.Line(source.Name)+" "+source.Digest)
	}
	if asOf := w.s.Requirement.AsOf; asOf != "" {
		row("Documents as of", string(asOf))
	}
	if w.opts.RepositoryURI != "" {
		row("Repository", strings.TrimSpace(w.opts.RepositoryURI+" "+plaintext.Line(w.opts.Revision)))
	}
	w.raw(
		"</ul>\n<ol class=steps><li>Save the assessment just as the provider wrote it, from an output of the configuration "+
			"or from "+
			"an attestation:",
		"<pre><code>terraform output -raw assessment &gt; assessment.json</code></pre></li>",
		"<li>Its SHA-256 digest has to be the one above:<pre><code>sha256sum assessment.json\n",
		strings.TrimPrefix(w.s.digest, "sha256:"),
		"  assessment.json</code></pre></li>",
		"<li>Where it was attested, the signed statement has that digest as its subject. The data source "+
			"<code>controls_attestation</code> and ",
		"<code>cosign verify-blob-attestation</code> check the signature.</li>",
		"<li>Render the report again from it: the same assessment gives the same file, byte by byte.</li>",
	)
	if first, last := w.s.Holds(); last != "" {
		w.element("<li>", holdsText(first, last), "</li>")
	}
	w.raw("</ol>\n")
	w.end()
}

func holdsText(first, last catalog.Date) string {
	text := "By the same documents, the findings hold until " + string(last) + " at the latest"
	if first != "" {
		text = "By the same documents, the findings hold from " + string(first) + " until " + string(last)
	}
	return text + ": after that an exception ends, a document is too old, or a service is retired."
}

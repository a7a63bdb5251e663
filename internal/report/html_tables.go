package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

func (w *htmlSection) exceptions() {
	if len(w.s.exceptions) == 0 {
		w.raw("<p class=hint>None: no gap was accepted.</p>")
		return
	}
	text := "Accepted gaps, those that end first at the top. The last day is included; from the day after, the gap is open " +
		"again." + w.approvers()
	registered := w.s.registered()
	if !registered {
		text += " All are written " + unsigned + "."
	}
	w.hint(text)
	if policy := w.s.policy(); policy != "" {
		w.element("<p class=hint>Which count, by the provider's exception_policy: ", policy, ".</p>\n")
	}
	w.table("Exceptions, by their end", "Ends", "State", "Service and control", "Justification", "Approved by")
	for _, ex := range w.s.exceptions {
		class := map[string]string{inForce: "e", ended: "g", unused: "n"}[ex.state]
		w.raw("<tr><td>", string(ex.Expires), "</td><td class=\"mark ", class, "\">", ex.stateOn(w.opts.Date), "</td><td>")
		address := ""
		if ex.finding != nil {
			address = "#" + w.findingAnchor(ex.finding)
		}
		w.link(ex.serviceName+": "+ex.checkTitle, address)
		w.element("</td><td>", ex.Justification, "")
		if len(ex.CompensatingControls) > 0 {
			w.element("<br>Compensated by ", strings.Join(ex.CompensatingControls, ", "), ".")
		}
		w.element("</td><td>", ex.ApprovedBy, "")
		if registered {
			w.element("<br><span class=meaning>", words.UpperFirst(w.s.origin(&ex.Exception)), "</span>")
		}
		if ex.Ticket != "" {
			w.raw("<br>Ticket ")
			w.reference(ex.Ticket)
		}
		w.raw("</td></tr>\n")
	}
	w.endTable()
}

// approvers says who accepted how many gaps.
func (w *htmlSection) approvers() string {
	count := map[string]int{}
	var names []string
	for _, ex := range w.s.exceptions {
		name := cmp.Or(ex.ApprovedBy, "nobody named")
		if count[name] == 0 {
			names = append(names, name)
		}
		count[name]++
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s (%d)", name, count[name]))
	}
	const most = 8
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("%d others", len(parts)-most))
	}
	return " Approved by: " + strings.Join(parts, ", ") + "."
}

// soon is how many days before its end an exception ends soon, as the provider warns.
const soon = 30

// endsSoon reports whether an exception in force ends soon after a day, false for no day.
func (ex *exception) endsSoon(day catalog.Date) bool {
	if day == "" || ex.state != inForce {
		return false
	}
	left := day.DaysUntil(ex.Expires)
	return left >= 0 && left <= soon
}

// stateOn is the state of an exception as reports of a day have it.
func (ex *exception) stateOn(day catalog.Date) string {
	if ex.endsSoon(day) {
		return "ends soon"
	}
	return ex.state
}

// endingNote says how many exceptions end soon; "" for none.
func (s *section) endingNote(day catalog.Date) string {
	n := s.endingSoon(day)
	if n == 0 {
		return ""
	}
	ends := " that end"
	if n == 1 {
		ends = " that ends"
	}
	return fmt.Sprintf("%s%s within %d days", words.Count(n, "exception"), ends, soon)
}

func (s *section) endingSoon(day catalog.Date) int {
	n := 0
	for _, ex := range s.exceptions {
		if ex.endsSoon(day) {
			n++
		}
	}
	return n
}

func (w *htmlSection) scope() {
	if note := w.s.scopeNote(); note != "" {
		w.hint(note + ".")
		return
	}
	parts := w.s.notLookedAt()
	if len(parts) == 0 {
		w.hint(nothingLeftOut + ".")
		return
	}
	w.hint("What the configuration declares beside the services above.")
	w.table("What was not looked at", "What", "Number", "Which")
	for _, part := range parts {
		w.raw("<tr><th scope=row>", part.title, "<br><span class=meaning>", words.UpperFirst(part.meaning), ".</span></th>",
			fmt.Sprintf("<td class=count>%d</td><td><ul class=types>", len(part.names)))
		for _, t := range part.names {
			w.element("<li><code>", t, "</code></li>")
		}
		w.raw("</ul></td></tr>\n")
	}
	w.endTable()
	for _, part := range scopeParts(w.s.Scope) {
		if len(part.names) == 0 {
			w.raw("<p class=none><b>", part.title, ":</b> none. <span class=meaning>", words.UpperFirst(part.meaning),
				".</span></p>\n")
		}
	}
}

// cited lists the documents behind findings, oldest first.
func (s *section) cited() []*document {
	var docs []*document
	for _, d := range s.documents {
		if d.findings > 0 {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b *document) int {
		return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.id, b.id))
	})
	return docs
}

// ownDocuments counts those of users' own catalogues that findings rest on.
func (s *section) ownDocuments() int {
	own := 0
	for _, d := range s.cited() {
		if d.source != "" {
			own++
		}
	}
	return own
}

func (w *htmlSection) documents() {
	w.hint("Oldest first. A document says what its publisher documented on its date; the service may have changed since.")
	heads := []string{"Published", "Age", "Document", "Publisher", "Findings"}
	dated := w.opts.Date != "" // else nothing is known of how old they are: there is no clock
	if !dated {
		heads = slices.Delete(heads, 1, 2)
	}
	w.table("Documents, oldest first", heads...)
	for _, d := range w.s.cited() {
		w.raw("<tr><td>", string(d.published), "</td><td>")
		if dated {
			w.raw(w.age(d), "</td><td>")
		}
		w.link(d.title, d.link)
		w.element("</td><td>", d.publisher+d.whose(), "")
		w.raw(fmt.Sprintf("</td><td class=count>%d</td></tr>\n", d.findings))
	}
	w.endTable()
	w.remarks("<p>What settings of your own sources show to be in force, of services that others document:</p>\n",
		w.s.ownSettings())
	w.remarks("<p>Sources that speak in the name of earlier ones (<code>corrects = true</code>):</p>\n", w.s.corrections())
}

// remarks lists texts below what they are, which is markup; nothing where there are none.
func (w *htmlSection) remarks(what string, list []string) {
	if len(list) == 0 {
		return
	}
	w.raw(what, "<ul>\n")
	for _, text := range list {
		w.element("<li>", text, "</li>\n")
	}
	w.raw("</ul>\n")
}

// age is how old a document was on the day of the report.
func (w *htmlSection) age(d *document) string {
	const year, month = 365, 30
	days := d.published.DaysUntil(w.opts.Date)
	switch {
	case days < month:
		return words.Count(max(days, 0), "day")
	case days < year:
		return words.Count(days/month, "month")
	}
	return words.Count(days/year, "year")
}

// controls says what each control is, as far as the program knows it, and for what it is asked.
func (w *htmlSection) controls() {
	w.table("What each control is", "Control", "Category", "What it is", "Asked for")
	var order []*check
	asked := map[string][]string{}
	note := func(c *check, what string) {
		if asked[c.id] == nil {
			order = append(order, c)
		}
		asked[c.id] = append(asked[c.id], what)
	}
	for _, c := range w.s.checks {
		switch c.kind {
		case kindControl, kindAvoid:
			note(c, c.kind.facts().heading)
		case kindGroup, kindEvery, kindLifecycle, kindMember:
		}
	}
	for _, c := range w.s.checks {
		for _, m := range c.members {
			note(m, c.short())
		}
	}
	for _, c := range order {
		w.element("<tr id="+w.checkAnchor(c)+"><th scope=row>", c.title, "<br>")
		w.element("<code>", c.id, "</code></th><td>")
		meaning := "Defined in a catalogue of your own."
		if def := c.definition(); def != nil {
			meaning = def.Description
		}
		w.element("", c.category(), "</td><td>")
		w.element("", meaning, "</td><td>")
		w.element("", strings.Join(asked[c.id], ", "), "</td></tr>\n")
	}
	w.endTable()
}

// verify says what the report rests on, and how to find out that it does.
func (w *htmlSection) verify() {
	made := "The report is made of one assessment and of its options, and of nothing else. Whoever has them can check both."
	if n := len(w.sections); n > 1 {
		made = fmt.Sprintf("The report is made of %d assessments in their order, of which this is number %d, and of its "+
			"options. Whoever has them can check all of it.", n, w.s.number)
	}
	w.hint(made)
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
	for _, register := range w.s.registers() {
		row("Register", register)
	}
	if asOf := w.s.Requirement.AsOf; asOf != "" {
		row("Documents as of", string(asOf))
	}
	if w.opts.RepositoryURI != "" {
		row("Repository", strings.TrimSpace(w.opts.RepositoryURI+" "+plaintext.Line(w.opts.Revision)))
	}
	w.raw(
		"</ul>\n<ol class=steps><li>Save the assessment just as the provider wrote it, from an attestation or from an output "+
			"of the configuration, whatever that is called there:",
		"<pre><code>terraform output -raw NAME &gt; assessment.json</code></pre></li>",
		"<li>Its SHA-256 digest has to be the one above:<pre><code>sha256sum assessment.json\n",
		strings.TrimPrefix(w.s.digest, "sha256:"),
		"  assessment.json</code></pre></li>",
		"<li>Where it was attested, the signed statement has that digest as its subject. The data source "+
			"<code>controls_attestation</code> and ",
		"<code>cosign verify-blob-attestation</code> check the signature.</li>",
		"<li>Render the report again by the same version of the provider, with the same options and all of its assessments in "+
			"the same order: the file is the same, byte by byte.</li>",
	)
	if first, last := w.s.holdsFrom, w.s.holdsUntil; last != "" {
		w.element("<li>", holdsText(first, last), "</li>")
	}
	w.raw("</ol>\n")
}

func holdsText(first, last catalog.Date) string {
	text := "By the same documents, the findings hold until " + string(last) + " at the latest"
	if first != "" {
		text = "By the same documents, the findings hold from " + string(first) + " until " + string(last)
	}
	return text + ": after that an exception ends, a document is too old, or a service is retired."
}

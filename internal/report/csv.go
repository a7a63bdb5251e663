package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/csvtable"
)

// FormatCSV is for spreadsheets.
const FormatCSV = "csv"

// csvHeader names the columns. Names stay, new ones come last.
var csvHeader = []string{
	"assessment", "cloud", "service", "service_name", "kind", "group", "control", "title", "outcome", "reason",
	"status", "condition", "planned", "explanation", "document", "document_title", "publisher", "published", "url",
	"exception_expires", "justification", "approved_by", "ticket", "compensating_controls", "evidence", "locations",
	"document_source", "members", "settings", "approval", "standing",
}

// writeCSV writes a line per check of a service, so that counting lines that have an outcome
// counts each once: what became of the members of a group is in a column of its line. Lines of
// other kinds have no outcome: "report" says what was assessed, when and by whom, "meaning" what
// outcomes mean, "policy" and "register" which exceptions count, "scope" what a requirement did
// not look at, "notice" which parts of a service are to be retired, "identifier" how an
// identifier of a framework stands over all services, "crosswalk" by whose mapping.
func writeCSV(r *report) (string, error) {
	var b strings.Builder
	b.Grow(r.total.findings*320 + 512)
	w := csvtable.New(&b)
	w.Row(csvHeader...)
	for _, fact := range r.identity() {
		w.Row(csvRow(map[string]string{"kind": "report", "title": fact.name, "explanation": fact.value})...)
	}
	for _, section := range r.sections {
		for _, s := range section.services {
			for _, f := range s.findings {
				w.Row(csvFinding(section, f)...)
			}
			for _, n := range s.notices {
				w.Row(csvNotice(section, s, n)...)
			}
		}
		for _, m := range section.meanings() {
			w.Row(csvRemark(section, "meaning", m.word, m.text)...)
		}
		if policy := section.policy(); policy != "" {
			w.Row(csvRemark(section, "policy", "exception_policy", policy)...)
		}
		for _, register := range section.registers() {
			w.Row(csvRemark(section, "register", "Register of exceptions", register)...)
		}
		if note := section.scopeNote(); note != "" {
			w.Row(csvRemark(section, "scope", notLookedAtWord, note)...)
		} else if len(section.notLookedAt()) == 0 {
			w.Row(csvRemark(section, "scope", notLookedAtWord, nothingLeftOut)...)
		}
		for _, part := range section.notLookedAt() {
			w.Row(csvRemark(section, "scope", part.title, part.value())...)
		}
		csvIdentifiers(w, section)
		for _, c := range section.crosswalk() {
			w.Row(csvRow(map[string]string{
				"assessment": section.digest, "kind": "crosswalk", "control": c.id, "title": c.identifier,
				"explanation": c.control + ": " + c.basis,
			})...)
		}
		for _, c := range section.ownSettings() {
			w.Row(csvRemark(section, "own_settings", "Settings of a source of your own", c)...)
		}
		for _, c := range section.corrections() {
			w.Row(csvRemark(section, "correction", "Correction of the catalogue", c)...)
		}
	}
	return w.End()
}

func csvFinding(section *section, f *finding) []string {
	control, group := "", ""
	switch f.check.kind {
	case kindGroup, kindEvery:
		group = f.check.id
	case kindControl, kindAvoid, kindMember:
		control = f.check.id
	case kindLifecycle:
		group = ""
	}
	planned := ""
	if f.planned {
		planned = strconv.FormatBool(true)
	}
	row := []string{
		section.digest, f.service.cloud, f.service.id, f.service.name, string(f.check.kind), group, control, f.check.title,
		f.result(), string(f.reason), string(f.status), f.condition, planned, f.explain() + f.endedNote(),
	}
	row = append(row, csvDocuments(f, func(d *document) string { return d.id }),
		csvDocuments(f, func(d *document) string { return d.title + d.reading() }),
		csvDocuments(f, func(d *document) string { return d.publisher }),
		csvDocuments(f, func(d *document) string { return string(d.published) }),
		csvDocuments(f, func(d *document) string { return d.url }))
	approval := ""
	if ex := f.exception; ex != nil {
		approval = section.origin(ex)
		row = append(row, string(ex.Expires), ex.Justification, ex.ApprovedBy, ex.Ticket,
			strings.Join(ex.CompensatingControls, "; "))
	} else {
		row = append(row, "", "", "", "", "")
	}
	var members []string
	for _, m := range f.members {
		became := string(m.outcome)
		if f.check.kind == kindEvery && m.isSilent() {
			became = string(m.reason) // which is no gap here
		}
		members = append(members, m.check.id+": "+became)
	}
	return append(row, csvEvidence(f.answers()), csvLocations(f.service),
		csvDocuments(f, func(d *document) string { return d.source }), strings.Join(members, "; "), csvSettings(f),
		approval, "")
}

// csvDocuments is what the documents behind a finding are called, each once.
func csvDocuments(f *finding, of func(*document) string) string {
	var parts []string
	for _, d := range f.documents() {
		if part := of(d); part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// csvRemark is a line about the whole of a requirement.
func csvRemark(section *section, kind, title, explanation string) []string {
	return csvRow(map[string]string{
		"assessment": section.digest, "kind": kind, "title": title, "explanation": explanation,
	})
}

// csvNotice is a line about a part of a service that is to be retired.
func csvNotice(section *section, s *service, n assess.Notice) []string {
	return csvRow(map[string]string{
		"assessment": section.digest, "cloud": s.cloud, "service": s.id, "service_name": s.name, "kind": "notice",
		"title": "Part of the service to be retired", "explanation": explain.Notice(n), "document_title": n.Source, "url": n.URL,
		"locations": csvLocations(s),
	})
}

// csvIdentifiers writes a line for each identifier: how it stands has a column apart from that of
// outcomes, which are those of each service.
func csvIdentifiers(w *csvtable.Table, s *section) {
	write := func(group, title, word, explanation string) {
		w.Row(csvRow(map[string]string{
			"assessment": s.digest, "kind": "identifier", "group": group, "title": title, "explanation": explanation,
			"standing": word,
		})...)
	}
	for _, one := range s.identifiers() {
		write(one.check.id, one.check.title, one.word(), one.says())
	}
	for _, left := range s.leftOut() {
		for _, name := range left.names {
			write("", name, left.word, left.why)
		}
	}
}

// result is the outcome as a spreadsheet has it: an identifier is supported, and not satisfied.
func (f *finding) result() string {
	if f.check.isGroup() && f.outcome == assess.Satisfied {
		return strings.ToLower(supportedWord)
	}
	return string(f.outcome)
}

// csvRow is a line with some of the columns.
func csvRow(cells map[string]string) []string {
	row := make([]string, len(csvHeader))
	for i, column := range csvHeader {
		row[i] = cells[column]
	}
	return row
}

func csvEvidence(evidence []assess.Evidence) string {
	var parts []string
	for _, ev := range evidence {
		parts = append(parts, ev.Reference+explain.Approved(ev.ApprovedBy))
	}
	return strings.Join(parts, "; ")
}

// csvSettings names what of the configuration decides.
func csvSettings(f *finding) string {
	var parts []string
	for _, m := range f.decided() {
		for _, d := range m.deciders {
			part := explain.Decider(d)
			if d.File != "" {
				part = position(configuration.Place{File: d.File, Line: d.Line}) + " " + part
			}
			parts = append(parts, part)
		}
		if m.more > 0 {
			parts = append(parts, fmt.Sprintf("and %d more", m.more))
		}
	}
	return strings.Join(parts, "; ")
}

func csvLocations(s *service) string {
	var parts []string
	for _, l := range s.places {
		parts = append(parts, position(l))
	}
	return strings.Join(parts, "; ")
}

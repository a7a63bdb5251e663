package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A vendor's own rule (a built-in policy, a check of Security Hub) is a document that says
// yes, since it can only be met if the feature is there. It knows neither tiers nor the
// parts that it does not look at, so it never takes the place of what an older document
// says more exactly.
var rulesOfVendors = []string{policySeries, securityHubSeries}

// What the importer looks at of a document, whoever wrote it.
type (
	spoken struct {
		ID, Series, Title, Published string
		Statements                   []spokenStatement
	}
	spokenStatement struct{ Control, Status, Condition, clears string }
)

// answer is what counts for a control on a day.
type answer struct{ status, condition, document, title, published string }

func (d document) spoken() spoken {
	out := spoken{ID: d.id, Series: d.series, Title: d.title, Published: d.published}
	for _, st := range d.statements {
		out.Statements = append(out.Statements, spokenStatement{st.control, st.status, st.condition, st.clears})
	}
	return out
}

// writtenIn are the documents in the text of a service's file.
func writtenIn(file []byte) ([]spoken, error) {
	if len(file) == 0 {
		return nil, nil
	}
	var read struct {
		Services []struct{ Documents []spoken }
	}
	if err := yaml.Unmarshal(file, &read); err != nil {
		return nil, err
	}
	var documents []spoken
	for _, s := range read.Services {
		documents = append(documents, s.Documents...)
	}
	return documents, nil
}

// The statuses from the best news to the worst, of a control and of an adverse one: of
// several statements of one day the worst counts, as in the catalogue.
var (
	desiredOrder = []string{"yes", "not_applicable", "conditional", "no"}
	adverseOrder = []string{"no", "not_applicable", "conditional", "yes"}
)

// answers are what counts of the documents, by control.
func answers(documents []spoken, adverse map[string]bool) map[string]answer {
	counting := map[string]answer{}
	sorted := slices.Clone(documents)
	slices.SortStableFunc(sorted, func(a, b spoken) int { return strings.Compare(a.Published, b.Published) })
	for _, d := range sorted {
		for _, st := range d.Statements {
			next := answer{st.Status, st.Condition, d.ID, d.Title, d.Published}
			if now, ok := counting[st.Control]; ok && now.published == d.Published {
				next = worse(now, next, adverse[st.Control])
			}
			counting[st.Control] = next
		}
	}
	return counting
}

// worse is the stricter of two answers of the same day; conditions add up.
func worse(now, next answer, adverse bool) answer {
	order := desiredOrder
	if adverse {
		order = adverseOrder
	}
	switch a, b := slices.Index(order, now.status), slices.Index(order, next.status); {
	case a > b:
		return now
	case b > a:
		return next
	}
	if next.condition != "" && !slices.Contains(strings.Split(now.condition, "; "), next.condition) {
		now.condition = strings.TrimPrefix(now.condition+"; "+next.condition, "; ")
	}
	return now
}

// leftOut is a rule of a vendor that is no statement, since an older document says more.
type leftOut struct{ service, control, status, condition, document, older, olderStatus, olderCondition string }

// settle holds the documents that were made for a service against the older ones, its
// hand-written ones among them. A vendor's rule that would loosen an answer or put another
// condition in its place is left out. Of any other document a plain yes that clears a
// condition is an error, unless its row says why.
func (s *service) settle(kept []spoken, adverse map[string]bool) ([]leftOut, error) {
	var left []leftOut
	var refused error
	before := slices.Clone(kept)
	byDay := slices.Clone(s.documents)
	slices.SortStableFunc(byDay, func(a, b document) int { return strings.Compare(a.published, b.published) })
	for day := range slices.Values(days(byDay)) {
		older := answers(slices.DeleteFunc(slices.Clone(before), func(d spoken) bool { return d.Published >= day }), adverse)
		for i, d := range byDay {
			if d.published != day {
				continue
			}
			statements := d.statements
			if slices.Contains(rulesOfVendors, d.series) {
				byDay[i].statements = nil
				for _, st := range statements {
					now := older[st.control]
					if loosens(st, now, adverse[st.control]) {
						left = append(left, leftOut{
							s.id, st.control, st.status, st.condition, d.id, now.document, now.status, now.condition,
						})
						continue
					}
					byDay[i].statements = append(byDay[i].statements, st)
				}
			} else {
				refused = errors.Join(refused, s.clearing(d, older, adverse))
			}
			before = append(before, byDay[i].spoken())
		}
	}
	if refused != nil {
		return nil, refused
	}
	s.documents = slices.DeleteFunc(byDay, func(d document) bool { return len(d.statements) == 0 })
	return left, nil
}

func days(documents []document) []string {
	var all []string
	for _, d := range documents {
		all = append(all, d.published)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// loosens reports whether a rule would make an older answer better, or less exact.
func loosens(st statement, older answer, adverse bool) bool {
	if adverse {
		return st.status == "conditional" && (older.status == "yes" || older.status == "conditional")
	}
	return older.status == "conditional" || older.status == "yes" && st.status == "conditional"
}

// clearing refuses a plain yes in the place of an older condition.
func (s *service) clearing(d document, older map[string]answer, adverse map[string]bool) error {
	var refused error
	for _, st := range d.statements {
		now := older[st.control]
		good := map[bool]string{false: "yes", true: "no"}[adverse[st.control]]
		if st.status != good || now.status != "conditional" || st.clears != "" {
			continue
		}
		// Another row of the same document may have the condition.
		if slices.ContainsFunc(d.statements, func(o statement) bool {
			return o.control == st.control && o.status != good && o.status != "not_applicable"
		}) {
			continue
		}
		refused = errors.Join(refused, fmt.Errorf("%s: %s of %s would clear the condition %q of %s: write it into the row, "+
			`in the older words, or say in its column "clears" why it is gone`,
			s.id, st.control, d.id, now.condition, now.document))
	}
	return refused
}

// tableOf writes what was left out, for the reader of a diff.
func tableOf(left []leftOut) ([]byte, error) {
	rows := [][]string{{
		"service", "control", "status", "condition", "document", "older_document", "older_status", "older_condition",
	}}
	for _, l := range left {
		rows = append(rows, []string{
			l.service, l.control, l.status, l.condition, l.document, l.older, l.olderStatus, l.olderCondition,
		})
	}
	return csvOf(rows)
}

func csvOf(rows [][]string) ([]byte, error) {
	var table bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(rows); err != nil {
		return nil, err
	}
	return table.Bytes(), nil
}

// change is an answer of the catalogue that an edition changes.
type change struct {
	kind, service, control string
	before, after          answer
}

// changesOf compares what counted of a service with what counts now.
func changesOf(id string, before, after map[string]answer) []change {
	controls := slices.Collect(maps.Keys(before))
	controls = append(controls, slices.Collect(maps.Keys(after))...)
	slices.Sort(controls)
	var out []change
	for _, control := range slices.Compact(controls) {
		was, is := before[control], after[control]
		if was.status == is.status && was.condition == is.condition {
			continue
		}
		out = append(out, change{kindOf(was, is), id, control, was, is})
	}
	return out
}

// kindOf names a change, in the words of the changelog.
func kindOf(was, is answer) string {
	switch {
	case was.status == "":
		return "new"
	case is.status == "":
		return "gone"
	case was.status == "not_applicable":
		return "not applicable, now " + is.status
	case was.status == "no" && is.status == "yes":
		return "false gap"
	case was.status == "no" && is.status == "conditional":
		return "false gap, in part"
	case was.status == "conditional" && is.status == "conditional":
		return "condition differs"
	case was.status == "conditional" && is.status == "yes":
		return "condition gone"
	case was.status == "yes" && is.status == "conditional":
		return "narrowed"
	}
	return was.status + ", now " + is.status
}

// report writes changes as a table, the same order every time.
func report(changes []change) ([]byte, error) {
	rows := [][]string{{
		"kind", "service", "control", "current_document", "current_status", "current_condition",
		"new_document", "new_status", "new_condition", "new_title",
	}}
	for _, c := range changes {
		rows = append(rows, []string{
			c.kind, c.service, c.control, c.before.published, c.before.status, c.before.condition,
			c.after.published, c.after.status, c.after.condition, c.after.title,
		})
	}
	slices.SortStableFunc(rows[1:], slices.Compare)
	return csvOf(rows)
}

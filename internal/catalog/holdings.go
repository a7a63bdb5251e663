package catalog

import (
	"cmp"
	"maps"
	"slices"
)

// Holding says how many statements the documents of one series and year make about the
// services of one cloud.
type Holding struct {
	Cloud  string
	Series string
	Year   string // of publication, YYYY
	// Newest is the day of the newest of the documents.
	Newest Date
	// Documents counts one that speaks of several services once.
	Documents int
	// Statements are counted for each service that they are about.
	Statements map[Status]int
}

// Total is the number of statements of any status.
func (h Holding) Total() int {
	total := 0
	for n := range maps.Values(h.Statements) {
		total += n
	}
	return total
}

// Holdings says how fresh the catalogue is: what it has, sorted by cloud, series and year.
// It reads the documents of all services. The error is that of Service.
func (c *Catalog) Holdings() ([]Holding, error) {
	type key struct{ cloud, series, year string }
	held, seen := map[key]*Holding{}, map[key]map[string]bool{}
	for _, id := range c.ServiceIDs() {
		s, err := c.Service(id)
		if err != nil {
			return nil, err
		}
		for _, doc := range s.Documents {
			k := key{s.Cloud, doc.Series, string(doc.Published)[:len("2006")]}
			h := held[k]
			if h == nil {
				h = &Holding{Cloud: k.cloud, Series: k.series, Year: k.year, Statements: make(map[Status]int)}
				held[k], seen[k] = h, map[string]bool{}
			}
			h.Newest = max(h.Newest, doc.Published)
			if !seen[k][doc.ID] {
				seen[k][doc.ID] = true
				h.Documents++
			}
			for _, st := range doc.Statements {
				h.Statements[st.Status]++
			}
		}
	}
	all := make([]Holding, 0, len(held))
	for h := range maps.Values(held) {
		all = append(all, *h)
	}
	slices.SortFunc(all, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Series, b.Series), cmp.Compare(a.Year, b.Year))
	})
	return all, nil
}

// Superseded lists what other documents of a baseline say of a control, where that is
// another status or condition than the one that counts: oldest first, each document once
// with each answer.
func (b *Baseline) Superseded(control string) []DocumentedStatement {
	counting, ok := b.Controls[control]
	if !ok {
		return nil
	}
	var others []DocumentedStatement
	for _, doc := range b.Documents {
		if doc == counting.Document {
			continue
		}
		for _, st := range doc.Statements {
			known := func(o DocumentedStatement) bool {
				return o.Document == doc && o.Status == st.Status && o.Condition == st.Condition
			}
			if st.Control == control && (st.Status != counting.Status || st.Condition != counting.Condition) &&
				!slices.ContainsFunc(others, known) {
				others = append(others, DocumentedStatement{st, doc})
			}
		}
	}
	return others
}

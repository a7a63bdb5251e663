package markdown

import "strings"

// place is where a row stands, as indexes into parser.headings; -1 is none.
type place struct {
	section int
	group   int // a heading that may stand for a variant of the product
}

// enterTable notes that the heading above has a table of controls.
func (p *parser) enterTable() {
	if len(p.open) > 0 {
		p.headings[p.open[len(p.open)-1]].controls = true
	}
}

// addRow appends a row with its section and returns its index.
func (p *parser) addRow(row Row) int {
	at := place{section: -1, group: -1}
	if n := len(p.open); n > 0 {
		at.section = p.open[n-1]
		row.Section = p.headings[at.section].text
		if top := p.open[0]; !p.headings[top].controls {
			at.group = top
		} else {
			// Levels are mixed: "## SQL Managed Instance" and "## Network" may stand side by side.
			at.group = p.bare[p.headings[top].level] - 1
		}
	}
	p.rows = append(p.rows, row)
	p.places = append(p.places, at)
	return len(p.rows) - 1
}

// assignVariants decides which headings are variants of the product. A heading alone does not tell ("Network"
// or "Standard tier"?), but an article documents a control once for a product and again only for a variant.
func (p *parser) assignVariants(name string) {
	for i := range p.rows {
		if x := serviceName(p.rows[i].Section); x != "" && !sameProduct(x, name) {
			p.rows[i].Variant = x
		}
	}
	p.assignRepeated(func(at place) int { return at.group })
	p.assignRepeated(func(at place) int { return at.section })
}

// assignRepeated makes a variant of each heading whose rows are documented again under another one.
func (p *parser) assignRepeated(headingOf func(place) int) {
	first := map[string]int{}
	repeated := map[int]bool{}
	for i, row := range p.rows {
		h := headingOf(p.places[i])
		if row.Variant != "" || h < 0 {
			continue
		}
		label := strings.ToLower(row.Label)
		if other, seen := first[label]; !seen {
			first[label] = h
		} else if other != h {
			repeated[h], repeated[other] = true, true
		}
	}
	for i := range p.rows {
		if h := headingOf(p.places[i]); h >= 0 && p.rows[i].Variant == "" && repeated[h] {
			p.rows[i].Variant = p.headings[h].text
		}
	}
}

// sameProduct compares names of services, with or without the vendor's: "SQL Database", "Azure SQL Database".
func sameProduct(a, b string) bool {
	brief := func(s string) string {
		return strings.TrimPrefix(strings.ToLower(s), "azure ")
	}
	return brief(a) == brief(b)
}

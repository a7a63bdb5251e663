package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	workbooks = "MicrosoftDocs/SecurityBenchmarks@8b9505a Azure Offer Security Baselines/3.0 Feature Summary"
	benchmark = "Microsoft, for Azure: MicrosoftDocs/SecurityBenchmarks@8b9505a MCSB v1 xlsx row "

	mappingsHead = `# Which requirements of a framework a control speaks to: identifiers alone, with the source
# that says so and a confidence. No text of a framework is reproduced.
# Made by tools/import from its facts; change them there.
mappings:
`
)

var confidences = []string{"low", "medium", "high"} // least first

// mappings makes mappings.yaml: the crosswalk of the first series, then the features
// of the benchmark by the identifier that its workbooks give them. A framework keeps
// the version that the source speaks of; nothing is carried over to a later one.
//
// more are rows for the controls that another cloud's documents alone speak of.
func (f *facts) mappings(labels map[string]string, more []mapRow) ([]byte, error) {
	rows := slices.Clone(f.crosswalk)
	known := map[mapRow]string{} // with neither source nor confidence -> confidence
	for _, r := range rows {
		key := mapRow{control: r.control, framework: r.framework, version: r.version, identifier: r.identifier}
		if slices.Index(confidences, r.confidence) > slices.Index(confidences, known[key]) {
			known[key] = r.confidence
		}
	}
	ids, err := f.requirements()
	if err != nil {
		return nil, err
	}
	add := func(r mapRow) {
		key := mapRow{control: r.control, framework: r.framework, version: r.version, identifier: r.identifier}
		if slices.Index(confidences, known[key]) < slices.Index(confidences, r.confidence) {
			rows = append(rows, r)
		}
	}
	for _, control := range slices.Sorted(maps.Keys(ids)) {
		id := ids[control]
		add(mapRow{control, "MCSB", "v1", id, workbooks, "high"})
		for _, r := range f.requirement {
			if r.control == id {
				add(mapRow{control, r.framework, r.version, r.identifier, benchmark + id, "medium"})
			}
		}
	}

	rows = append(rows, more...)
	for _, r := range rows {
		if err := r.sure(); err != nil {
			return nil, err
		}
	}

	identifiers := map[mapRow][]string{}
	var order []mapRow
	for _, r := range rows {
		if _, ok := labels[r.control]; !ok {
			return nil, fmt.Errorf("definitions.yaml lacks the control %q of the crosswalk", r.control)
		}
		group := r
		group.identifier = ""
		if identifiers[group] == nil {
			order = append(order, group)
		}
		if !slices.Contains(identifiers[group], r.identifier) {
			identifiers[group] = append(identifiers[group], r.identifier)
		}
	}
	var b strings.Builder
	b.WriteString(mappingsHead)
	for _, g := range order {
		fmt.Fprintf(&b, "  - {control: %s, framework: %s, version: %s, confidence: %s, identifiers: %s,\n     source: %s}\n",
			quote(g.control), quote(g.framework), quote(g.version), g.confidence, list(identifiers[g]), quote(g.source))
	}
	return []byte(b.String()), nil
}

// requirements is the identifier of the benchmark for each control made of a feature.
// Some rows lack it; the rest agree.
func (f *facts) requirements() (map[string]string, error) {
	ids := map[string]string{}
	for _, row := range f.features {
		control := controlOf(row.name)
		if row.name == noFeature || row.mcsb == "None" {
			continue
		}
		if other, ok := ids[control]; ok && other != row.mcsb {
			return nil, fmt.Errorf("mcsb-features.csv gives %q the identifiers %s and %s", row.name, other, row.mcsb)
		}
		ids[control] = row.mcsb
	}
	return ids, nil
}

// ownReading begins the source of a mapping that no publisher made: this catalogue, reading the text of the
// identifier.
const ownReading = "this catalogue, reading "

// sure refuses a confidence that is not one, and one that our own reading does not have.
func (r mapRow) sure() error {
	if !slices.Contains(confidences, r.confidence) {
		return fmt.Errorf("the confidence of %s, mapped to %s, is %q", r.control, r.identifier, r.confidence)
	}
	if strings.HasPrefix(r.source, ownReading) && r.confidence == "high" {
		return fmt.Errorf("%s is mapped to %s by our own reading, which has at most medium confidence", r.control, r.identifier)
	}
	return nil
}

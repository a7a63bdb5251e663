// Package profile has the baselines of frameworks: which identifiers of a framework an
// organization selects, and which controls of a catalogue speak to each. A profile is
// built in, or an OSCAL profile in a file.
package profile

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Framework is what a publisher sets: identifiers, and baselines that select some of them.
type Framework struct {
	// Name and Versions are those of the mappings of a catalogue that speak of the
	// identifiers: several where a version changed none of them.
	Name     string
	Versions []string
	// Baselines are sorted; none where the framework has but one list.
	Baselines []string
	// Source is the document that has the identifiers and baselines.
	Source catalog.Reference
	// Published is the day of the source.
	Published catalog.Date

	file string
}

// Identifier is a requirement of a framework.
type Identifier struct {
	ID, Title string
	// Baselines are those that select it.
	Baselines []string
}

//go:embed frameworks
var files embed.FS

// frameworks are the built-in ones, sorted by name. Identifiers and titles are those of
// the source; nothing else of a framework's text is here.
var frameworks = []Framework{
	{
		Name: "MCSB", Versions: []string{"v1"},
		Source: catalog.Reference{
			Title: "Microsoft cloud security benchmark v1",
			URL: "https://github.com/MicrosoftDocs/SecurityBenchmarks/blob/8b9505a618cf9aa1046eb6c589008663d42f7d4f/" +
				"Microsoft%20Cloud%20Security%20Benchmark/Microsoft_cloud_security_benchmark_v1.xlsx",
		},
		Published: "2023-04-03",
		file:      "frameworks/mcsb-v1.csv",
	},
	{
		// 5.1.1 added identifiers to revision 5 and changed none.
		Name: "NIST SP 800-53", Versions: []string{"rev5", "rev5.1.1"},
		Baselines: []string{"high", "low", "moderate"},
		Source: catalog.Reference{
			Title: "NIST Special Publication 800-53 Revision 5.1.1, low, moderate and high impact baselines (5.1.1+u4)",
			URL: "https://github.com/usnistgov/oscal-content/tree/88bb8deeaa815f8914d68ea7e31a622ebbc1719d/" +
				"nist.gov/SP800-53/rev5/json",
		},
		Published: "2024-02-04",
		file:      "frameworks/nist-sp-800-53-rev5.csv",
	},
}

// Frameworks lists the built-in frameworks, sorted by name.
func Frameworks() []Framework { return slices.Clone(frameworks) }

// identifiers are those of the built-in frameworks by file, once they have been asked for.
var identifiers = sync.OnceValues(func() (map[string][]Identifier, error) {
	out := map[string][]Identifier{}
	for _, f := range frameworks {
		data, err := files.ReadFile(f.file)
		if err != nil {
			return nil, err
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			return nil, fmt.Errorf("%s is damaged: %w", f.file, err)
		}
		for _, row := range rows[1:] {
			out[f.file] = append(out[f.file], Identifier{ID: row[0], Title: row[1], Baselines: strings.Fields(row[2])})
		}
	}
	return out, nil
})

// Identifiers lists those of the framework that the baseline selects, in the framework's
// order; all that its baselines select where baseline is "". The error is a broken build.
func (f Framework) Identifiers(baseline string) ([]Identifier, error) {
	all, err := identifiers()
	if err != nil {
		return nil, err
	}
	var selected []Identifier
	for _, identifier := range all[f.file] {
		if baseline == "" || slices.Contains(identifier.Baselines, baseline) {
			selected = append(selected, identifier)
		}
	}
	return selected, nil
}

// Coverage is what the controls of a catalogue say about the identifiers of a profile.
type Coverage struct {
	// Groups are the controls that speak to an identifier, sorted, by identifier. Adverse
	// controls are not among them: an identifier is not supported by what one wants a
	// service not to have.
	Groups map[string][]string
	// Undocumented are the identifiers without a group, in the order of the profile: no mapping
	// leads from them to a documented control.
	Undocumented []string
	// OtherVersions are, of the undocumented, those to which documented controls speak by mappings
	// to other versions of the framework alone, with these versions, sorted.
	OtherVersions map[string][]string
}

// Asked says which mappings count.
type Asked struct {
	Framework string
	// Versions of the framework; none for any.
	Versions []string
	// Clouds of which a document has to speak of a control; none for any of the catalogue.
	Clouds []string
	// Least is the least confidence.
	Least catalog.Confidence
}

// Cover looks for the controls that speak to each of the identifiers, and that a document
// of one of the clouds speaks of, whatever it says of them. The error is that of the
// catalogue's files.
func Cover(c *catalog.Catalog, asked Asked, ids []string) (Coverage, error) {
	mappings, err := c.Mappings()
	if err != nil {
		return Coverage{}, err
	}
	documented, err := documentedIn(c, asked.Clouds)
	if err != nil {
		return Coverage{}, err
	}
	speaking, elsewhere := map[string][]string{}, map[string][]string{}
	for _, control := range slices.Sorted(maps.Keys(mappings)) {
		if def, ok := c.Definition(control); !ok || def.Adverse() || !documented[control] {
			continue
		}
		for _, id := range asked.identifiers(mappings[control]) {
			speaking[id] = append(speaking[id], control)
		}
		asked.addVersions(mappings[control], elsewhere)
	}
	out := Coverage{Groups: map[string][]string{}, Undocumented: []string{}, OtherVersions: map[string][]string{}}
	for _, id := range ids {
		if controls := speaking[id]; controls != nil {
			out.Groups[id] = controls
		} else {
			out.Undocumented = append(out.Undocumented, id)
			if versions := elsewhere[id]; versions != nil {
				slices.Sort(versions)
				out.OtherVersions[id] = slices.Compact(versions)
			}
		}
	}
	return out, nil
}

// documentedIn are the controls that a document of one of the clouds speaks of, of any
// where none is given.
func documentedIn(c *catalog.Catalog, clouds []string) (map[string]bool, error) {
	spoken, err := c.Spoken()
	if err != nil {
		return nil, err
	}
	documented := map[string]bool{}
	for cloud, controls := range spoken {
		if len(clouds) > 0 && !slices.Contains(clouds, cloud) {
			continue
		}
		for _, control := range controls {
			documented[control] = true
		}
	}
	return documented, nil
}

// ofAnyVersion reports whether a mapping counts, if its version does.
func (a Asked) ofAnyVersion(m catalog.Mapping) bool {
	return m.Framework == a.Framework && m.Confidence.AtLeast(a.Least)
}

// addVersions adds to each identifier the versions of the framework that mappings to it are for.
func (a Asked) addVersions(mappings []catalog.Mapping, versions map[string][]string) {
	for _, m := range mappings {
		if m.Version == "" || !a.ofAnyVersion(m) {
			continue
		}
		for _, id := range m.Identifiers {
			versions[id] = append(versions[id], m.Version)
		}
	}
}

// identifiers lists those that the mappings that count have, each once.
func (a Asked) identifiers(mappings []catalog.Mapping) []string {
	var ids []string
	for _, m := range mappings {
		if a.ofAnyVersion(m) && (len(a.Versions) == 0 || slices.Contains(a.Versions, m.Version)) {
			ids = append(ids, m.Identifiers...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Named turns control ids of an OSCAL profile into identifiers of a framework: each is the
// one of known that is written the same but for case, leading zeros and the form of what
// is within another ("ac-2.1" is AC-2(1)), the first where several are. One that is not known keeps what OSCAL has, in
// upper case: nothing maps to it.
func Named(ids, known []string) []string {
	byForm := make(map[string]string, len(known))
	for _, id := range known {
		if f := form(id); byForm[f] == "" {
			byForm[f] = id
		}
	}
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if name, ok := byForm[form(id)]; ok {
			out = append(out, name)
		} else {
			out = append(out, strings.ToUpper(id))
		}
	}
	return out
}

// form is what identifiers are compared by.
func form(id string) string {
	id = strings.NewReplacer("(", ".", ")", "", " ", "").Replace(strings.ToLower(id))
	var b strings.Builder
	for i, r := range id {
		// A zero that begins a number says nothing.
		if r == '0' && (i == 0 || !isDigit(id[i-1])) && i+1 < len(id) && isDigit(id[i+1]) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

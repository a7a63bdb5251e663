package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
)

// FormatSARIF is for code scanning.
const FormatSARIF = "sarif"

// What GitHub code scanning takes at most. Results beyond that make it refuse the file,
// so they go into further runs.
const (
	sarifMaxResults   = 25_000
	sarifMaxLocations = 100   // of a result; more are not shown
	sarifMaxName      = 255   // characters, of a rule's name
	sarifMaxText      = 1_024 // characters, of a rule's descriptions
)

const (
	projectURL  = "https://github.com/security-controls/terraform-provider-controls"
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sarifRoot   = "%SRCROOT%"
)

// writeSARIF writes a result per gap. Excepted findings are left out: GitHub ignores
// suppressions, and would show them as open.
func writeSARIF(r *report) (string, error) {
	w := &sarifWriter{report: r, rules: newSARIFRules(r), seen: occurrences{}}
	for _, section := range r.sections {
		for _, s := range section.services {
			w.results(s)
		}
	}
	log := sarifLog{Schema: sarifSchema, Version: "2.1.0"}
	for n := 1; n == 1 || len(w.all) > 0; n++ {
		size := min(len(w.all), sarifMaxResults)
		log.Runs = append(log.Runs, w.run(n, w.all[:size:size]))
		w.all = w.all[size:]
	}
	return encodeJSON(log)
}

// encodeJSON writes JSON on one line, which is half the size of indented JSON.
func encodeJSON(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("encoding the report: %w", err)
	}
	return b.String(), nil
}

type sarifWriter struct {
	*report
	rules sarifRules
	all   []sarifResult
	seen  occurrences
}

func (w *sarifWriter) run(n int, results []sarifResult) sarifRun {
	// GitHub takes what is before the last slash for the category, and replaces what was
	// uploaded for it before: root modules of one repository need one each.
	id := "security-controls/"
	if root, _ := inRepository(w.opts.SourceRoot, ""); root != "" && root != "." {
		id += root + "/"
	}
	if n > 1 {
		id += strconv.Itoa(n) + "/"
	}
	if results == nil {
		results = []sarifResult{}
	}
	var properties map[string]map[string][]string
	if n == 1 {
		properties = w.remarks()
	}
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "terraform-provider-controls", Version: w.opts.ProviderVersion, InformationURI: projectURL,
			Rules: w.rules.list,
		}},
		AutomationDetails: sarifAutomation{id},
		ColumnKind:        "unicodeCodePoints",
		Results:           results,
		Properties:        properties,
	}
	if w.opts.RepositoryURI != "" {
		run.VersionControl = []sarifProvenance{
			{w.opts.RepositoryURI, plaintext.Line(w.opts.Revision), &sarifArtifact{URIBaseID: sarifRoot}},
		}
	}
	return run
}

// remarks are what no result says: what the report is about, what requirements did not look at, and which parts of
// their services are to be retired, by service.
func (w *sarifWriter) remarks() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	if facts := w.identity(); len(facts) > 0 {
		all["report"] = map[string][]string{}
		for _, fact := range facts {
			all["report"][fact.key] = []string{fact.value}
		}
	}
	for _, section := range w.sections {
		all[fmt.Sprintf("requirement/%d", section.number)] = map[string][]string{
			"assessment": {section.digest}, "catalog": {plaintext.Line(section.Catalog.Digest)},
		}
		parts := map[string][]string{}
		for _, part := range section.notLookedAt() {
			parts[part.key] = part.names
		}
		if len(parts) > 0 {
			all["notLookedAt/"+section.digest] = parts
		}
		extent := map[string][]string{}
		for _, part := range section.extent() {
			extent[part.key] = part.names
		}
		if len(extent) > 0 {
			all["extent/"+section.digest] = extent
		}
		retiring := map[string][]string{}
		for _, s := range section.services {
			for _, n := range s.notices {
				retiring[s.id] = append(retiring[s.id], explain.Notice(n))
			}
		}
		if len(retiring) > 0 {
			all["toBeRetired/"+section.digest] = retiring
		}
	}
	return all
}

func levelOf(section *section) string {
	if section.Requirement.Enforcement == assess.EnforcementWarn {
		return "warning"
	}
	return "error"
}

// level is a warning also for a gap that a ratchet lets pass. What fails a plan is an error,
// whatever would close it.
func (f *finding) level() string {
	if f.tolerated {
		return "warning"
	}
	return levelOf(f.section)
}

func (w *sarifWriter) results(s *service) {
	if s.total.Gaps == 0 {
		return
	}
	places := w.places(s)
	for _, f := range s.findings {
		if !f.isGap() {
			continue
		}
		key, n := w.seen.key(f)
		id := ruleID(f.check)
		text := f.headline() + ". " + f.full()
		if cited := f.citations(); cited != "" {
			text += " " + cited
		}
		result := sarifResult{
			RuleID: id, RuleIndex: w.rules.index[id], Level: f.level(), Message: sarifText{Text: unlinked(text)},
			// The first is what people are shown; there is but one per alert.
			Locations: places[:1], RelatedLocations: places[1:],
			// By what is asked of which service alone, so that a moved line, another document
			// or a changed reason leaves an alert the same one. GitHub reads just this key.
			PartialFingerprints: map[string]string{"primaryLocationLineHash": stableid.Short(key) + ":" + strconv.Itoa(n)},
		}
		if at := w.atSettings(f, result, key, n); len(at) > 0 {
			w.all = append(w.all, at...)
			continue
		}
		w.all = append(w.all, result)
	}
}

// atSettings points a gap that settings of the configuration make at the lines that set them,
// so that a review shows it where it has to be mended: an alert for each, apart by resource and
// argument. None for a gap that no line within the repository makes.
func (w *sarifWriter) atSettings(f *finding, gap sarifResult, key string, n int) []sarifResult {
	var results []sarifResult
	seen := map[string]bool{}
	for _, m := range f.decided() {
		for _, d := range m.deciders {
			at := d.Address + "\x00" + d.Argument
			place, ok := w.place(configuration.Place{Address: d.Address, File: d.File, Line: d.Line})
			if !ok || seen[at] {
				continue
			}
			seen[at] = true
			result := gap
			result.Message.Text = strings.Replace(gap.Message.Text, unlinked(f.headline()),
				unlinked(f.headline()+": "+explain.Decider(d)), 1)
			result.Locations, result.RelatedLocations = []sarifLocation{place}, nil
			result.PartialFingerprints = map[string]string{
				"primaryLocationLineHash": stableid.Short(key+"\x00"+at) + ":" + strconv.Itoa(n),
			}
			results = append(results, result)
		}
	}
	return results
}

// places lists where a service was chosen, within the repository; where that is not
// known, the root module's main.tf stands for it.
func (w *sarifWriter) places(s *service) []sarifLocation {
	var places []sarifLocation
	for _, l := range s.places {
		place, ok := w.place(l)
		if !ok || len(places) == sarifMaxLocations {
			continue
		}
		if len(places) > 0 {
			place.ID, place.Message = len(places), &sarifPlainLabel{unlinked(s.name) + " is chosen here as well."}
		}
		places = append(places, place)
	}
	if len(places) == 0 {
		file, _ := inRepository(w.opts.SourceRoot, "main.tf")
		places = append(places, sarifLocation{
			Physical: sarifPhysical{Artifact: artifact(file), Region: &sarifRegion{1}},
			Message:  &sarifPlainLabel{"No place within the repository is known: this is the root module."},
		})
	}
	return places
}

// place is where something stands; false where that is not within the repository.
func (w *sarifWriter) place(l configuration.Place) (sarifLocation, bool) {
	file, ok := inRepository(w.opts.SourceRoot, l.File)
	// Installed modules are no part of the repository either.
	if !ok || l.File == "" || strings.Contains("/"+file, "/.terraform/") {
		return sarifLocation{}, false
	}
	return sarifLocation{
		Physical: sarifPhysical{Artifact: artifact(file), Region: &sarifRegion{max(1, l.Line)}},
		Logical:  []sarifLogical{{l.Address, "resource"}},
	}, true
}

func artifact(file string) sarifArtifact {
	return sarifArtifact{URI: (&url.URL{Path: file}).String(), URIBaseID: sarifRoot}
}

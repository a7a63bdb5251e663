package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/stableid"
	"github.com/security-controls/terraform-provider-controls/internal/words"
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
	w := &sarifWriter{report: r, index: map[string]int{}, seen: occurrences{}}
	for _, section := range r.sections {
		for _, c := range section.checks {
			w.rule(section, c)
		}
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
	rules []sarifRule
	index map[string]int // of a rule, by its id
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
			Name: "terraform-provider-controls", Version: w.opts.ProviderVersion, InformationURI: projectURL, Rules: w.rules,
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

func ruleID(c *check) string {
	if c.kind == kindControl {
		return c.id
	}
	if c.kind == kindLifecycle {
		return "retired-service"
	}
	return string(c.kind) + "/" + c.id
}

func (w *sarifWriter) rule(section *section, c *check) {
	id := ruleID(c)
	if _, ok := w.index[id]; ok {
		return
	}
	w.index[id] = len(w.rules)
	var short, full string
	advice := "Choose another service, drop the control from the requirement, show in \"evidence\" that a documented condition " +
		"is met, " +
		"or accept the gap in \"exceptions\", with a justification and an end."
	switch c.kind {
	case kindAvoid:
		short, full = "To be avoided: "+c.title, "No service of the requirement may have this feature, unless evidence "+
			"shows that "+
			"it is switched off."
		advice = "Choose another service, switch the feature off and show that in \"evidence\", or accept the gap in " +
			"\"exceptions\", with a justification and an end."
	case kindGroup, kindEvery:
		var members []string
		for _, m := range c.members {
			member := m.title + " (" + m.id
			if m.basis != "" {
				member += "; " + m.basis
			}
			members = append(members, member+")")
		}
		advice = adviceForGroup(c)
		short = "Required: one of " + c.title
		full = "Every service of the requirement must be documented to have at least one of " + strings.Join(members, ", ") + "."
		if c.kind == kindEvery {
			short = "Required: every documented one of " + c.title
			full = "Every service of the requirement must have each of these that its documents speak of, and they must speak " +
				"of one at least: " + strings.Join(members, ", ") + "."
		}
	case kindLifecycle:
		short, full = "Retired service", "The requirement does not accept services that are retired."
		advice = "Move to the service's successor."
	case kindControl, kindMember:
		short, full = "Required: "+c.title, "Every service of the requirement must be documented to have this control."
		if section.Requirement.MustBe == assess.MustBeEnabled {
			full = "Every service of the requirement must be documented to have this control, and have it in force."
			advice = strings.Replace(advice, "Choose", "Switch it on, choose", 1)
		}
	}
	meaning := meaningOf(c)
	w.rules = append(w.rules, sarifRule{
		ID:   id,
		Name: words.Fit(c.name(), sarifMaxName),
		ShortDescription: sarifText{
			Text: words.Fit(unlinked(short), sarifMaxText),
		},
		FullDescription: sarifText{Text: words.Fit(unlinked(full), sarifMaxText)},
		Help: sarifText{
			Text: unlinked(strings.TrimSpace(meaning + " " + full + " What to do: " + advice)),
			Markdown: "**" + commonmark.Paragraph(short) + "**\n\n" + commonmark.Paragraph(strings.TrimSpace(meaning+" "+full)) +
				"\n\n**What to do.** " + commonmark.Paragraph(advice),
		},
		DefaultConfiguration: sarifLevel{levelOf(section)},
		Properties:           sarifProperties{Tags: []string{"security", "security-controls"}, Precision: "high"},
	})
}

// adviceForGroup is what to do about a gap of a group. An identifier of a framework is not for a
// requirement to drop: whoever selects the baseline does.
func adviceForGroup(c *check) string {
	drop := ", drop the group from the requirement"
	if c.identifier != nil {
		drop = ""
	}
	return "Choose another service" + drop + ", add to the group what the service's documents have nearby, if your assessor " +
		"accepts it, show in \"evidence\" that a documented condition is met, or accept the gap in \"exceptions\", with a " +
		"justification and an end."
}

// meaningOf says what the controls of a check are, as far as their definitions are known.
func meaningOf(c *check) string {
	if def := c.definition(); def != nil {
		return def.Description
	}
	var parts []string
	for _, member := range c.members {
		if def := member.definition(); def != nil {
			parts = append(parts, def.Title+": "+def.Description)
		}
	}
	return strings.Join(parts, " ")
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
			RuleID: id, RuleIndex: w.index[id], Level: f.level(), Message: sarifText{Text: unlinked(text)},
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
		places = append(places, sarifLocation{Physical: sarifPhysical{Artifact: artifact(file), Region: &sarifRegion{1}}})
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

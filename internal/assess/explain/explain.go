package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Limits of what a diagnostic lists. Past them it names, or counts.
const (
	maxExplained    = 20 // services whose gaps are explained; of the others they are named
	maxApart        = 5  // services between which an empty line stands
	maxNamed        = 20 // services that lack the same, or that a cloud is silent about
	maxAlternatives = 3  // for one service
	maxMoves        = 5  // services for which alternatives are listed
	maxLinks        = 3
)

// GapSummary heads the diagnostic about gaps.
const GapSummary = "Required security controls missing"

// Explainer writes what is wrong with an assessment, for people. It is for one
// goroutine.
type Explainer struct {
	Catalog    *catalog.Catalog
	Assessment *assess.Assessment
	Today      catalog.Date
	// Configuration says where a service was chosen, and what decides a setting; nil where
	// that is not known.
	Configuration *configuration.Document
	// Advised says that what to do, which is the same for all requirements, has been told in
	// the same run.
	Advised bool
	// Drafted is the file that has the entries for these gaps; "" where nobody asked for one.
	Drafted string
	// Approval and Uncounted are what registers were looked into, and which of their entries
	// do not count; nil where there are none.
	Approval  *assess.Approval
	Uncounted []assess.Uncounted

	acceptances map[string][]assess.Acceptance // by "service/check"

	satisfying []string             // services that pass
	unspoken   map[string]*unspoken // by cloud
	repeated   []repeated
	cited      []string // ids of documents, in the order in which the text names them
	hasNearby  bool     // whether the text names controls near members of groups
	err        error    // why these could not be found
}

// Text explains all gaps in one text, "" without any: first, once for each cloud, what none
// of its documents speaks of, and what is undocumented alike of several services; then, sorted
// by id, each failing service with what it lacks besides, of more than twenty the others by
// name; and at the end, once for all of them, which services would do, and once in a run what
// to do, one block to paste and where the documents are. An error
// says why alternatives or related controls are not named; the text is complete without them.
func (x *Explainer) Text() (string, error) {
	if len(x.failing()) == 0 {
		return "", nil
	}
	x.findUnspoken()
	x.findRepeated()
	x.findAlternatives()
	services := x.explained()
	apart := slices.DeleteFunc(slices.Clone(services), func(id string) bool { return x.own(id).Compliant })
	explained := apart[:min(len(apart), maxExplained)]
	parts := append(x.unspokenTexts(), x.count(services), x.repeatedText())
	texts := make([]string, len(explained))
	for i, id := range explained {
		texts[i] = x.failures(id)
	}
	between := "\n\n"
	if len(texts) > maxApart {
		between = "\n"
	}
	parts = append(parts, strings.Join(texts, between), x.named(apart[len(explained):]), x.alternatives(services),
		x.advice())
	return paragraphs(parts...), x.err
}

// count says how much there is to read, where it is about several services.
func (x *Explainer) count(services []string) string {
	if len(services) < 2 {
		return ""
	}
	gaps := 0
	for _, id := range services {
		gaps += len(gapsOf(x.shown(id)))
	}
	besides := ""
	if len(services) < len(x.failing()) || len(x.unspokenTexts()) > 0 {
		besides = "Besides, "
	}
	return besides + fmt.Sprintf("%s in %d of %s:", words.Count(gaps, "gap"), len(services),
		words.Count(len(x.Assessment.Services), "service"))
}

// gapsOf lists the checks that a service fails, its end last, as the list of gaps of the
// assessment names them.
func gapsOf(s assess.ServiceFindings) []string {
	var checks []string
	for control, f := range s.Controls {
		if !f.Outcome.Passes() {
			checks = append(checks, control)
		}
	}
	for name, g := range s.Groups {
		if !g.Outcome.Passes() {
			checks = append(checks, name)
		}
	}
	slices.Sort(checks)
	if !s.Lifecycle.Passes() {
		checks = append(checks, catalog.LifecycleID)
	}
	return checks
}

// named lists services with what each lacks, those together that lack the same.
func (x *Explainer) named(services []string) string {
	var lines []string
	at := map[string]int{} // by what is lacking, the line
	var lacking [][]string
	for _, id := range services {
		gaps := strings.Join(gapsOf(x.shown(id)), ", ")
		i, ok := at[gaps]
		if !ok {
			i = len(lines)
			at[gaps], lines, lacking = i, append(lines, gaps), append(lacking, nil)
		}
		lacking[i] = append(lacking[i], id)
	}
	for i, gaps := range lines {
		lines[i] = "  - " + strings.Join(lacking[i], ", ") + ": " + gaps
	}
	if len(lines) == 0 {
		return ""
	}
	return "And by name alone:\n" + strings.Join(lines, "\n")
}

// paragraphs puts an empty line between the parts that say something.
func paragraphs(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n\n")
}

func (x *Explainer) failing() []string {
	var ids []string
	for id, s := range x.Assessment.Services {
		if !s.Compliant {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// findAlternatives looks once for services that would pass, among the clouds of the
// services that do not. Of a cloud whose documents are silent, none would.
func (x *Explainer) findAlternatives() {
	clouds := map[string]bool{}
	for _, s := range x.Assessment.Services {
		if !s.Compliant && !x.unspoken[s.Cloud].once() {
			clouds[s.Cloud] = true
		}
	}
	if x.err == nil && len(clouds) > 0 {
		// "N/A" may pass, but it is no reason to move to a service.
		wanted := x.Assessment.Requirement
		wanted.NotApplicable = assess.Deny
		x.satisfying, x.err = assess.Satisfying(x.Catalog, wanted, slices.Sorted(maps.Keys(clouds)), x.Today)
	}
}

// failures explains why one service fails, and what chose it.
func (x *Explainer) failures(id string) string {
	s := x.own(id)
	lines := x.gaps(id, s)
	lines = append(x.places(id), lines...)
	return fmt.Sprintf("%s (%s) %s\n%s", s.Name, id, x.lacks(id, len(gapsOf(s))), strings.Join(lines, "\n"))
}

// gaps lists the gaps of a service, its end last; those together of which the same is to be
// said. The document that most of them rest on is cited once.
func (x *Explainer) gaps(id string, s assess.ServiceFindings) []string {
	f := &findingWriter{Explainer: x, service: id, shared: sharedDocument(s)}
	var list gapList
	for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
		if finding := s.Controls[control]; !finding.Outcome.Passes() {
			list.add(control, f.finding(control, finding))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if g := s.Groups[name]; !g.Outcome.Passes() {
			list.add(name, f.group(name, g))
		}
	}
	if l := s.Lifecycle; !l.Passes() {
		list.add(catalog.LifecycleID, End(l)+"; on_retired = \"deny\" refuses it, and no exception covers that")
	}
	lines := list.lines("  ")
	if f.shared != "" {
		lines = append(lines, "  According to "+x.cite(f.shared))
	}
	if near := f.nearby(s.Groups); near != "" {
		lines = append(lines, near)
	}
	return lines
}

// gapList is what is said of some checks, and of which ones.
type gapList struct {
	texts  []string
	checks map[string][]string // by text
}

func (l *gapList) add(check, text string) {
	if l.checks == nil {
		l.checks = map[string][]string{}
	}
	if l.checks[text] == nil {
		l.texts = append(l.texts, text)
	}
	l.checks[text] = append(l.checks[text], check)
}

func (l *gapList) lines(indent string) []string {
	lines := make([]string, len(l.texts))
	for i, text := range l.texts {
		lines[i] = indent + "- " + strings.Join(l.checks[text], ", ") + ": " + text
	}
	return lines
}

// lacks counts the gaps. "Lacks" would be wrong of an adverse control.
func (x *Explainer) lacks(id string, gaps int) string {
	r := x.Assessment.Requirement
	s := x.Assessment.Services[id]
	size := r.Size()
	verb, noun := "lacks", "control"
	if len(r.Controls) < size || r.MustBe == assess.MustBeEnabled {
		verb, noun = "fails", "check"
	}
	if len(x.own(id).Controls) < len(x.shown(id).Controls) {
		verb = "also " + verb
	}
	besides := ""
	if u := x.unspoken[s.Cloud]; u.once() && slices.Contains(u.services, id) {
		besides = fmt.Sprintf(", besides what no document of %s speaks of", s.Cloud)
	}
	if !s.Lifecycle.Passes() {
		if gaps--; gaps == 0 {
			return "is retired" + besides + ":"
		}
	}
	switch {
	case size == 1:
		return fmt.Sprintf("%s the required %s%s:", verb, noun, besides)
	case gaps == size:
		return fmt.Sprintf("%s %s required %ss%s:", verb, words.All(size), noun, besides)
	}
	return fmt.Sprintf("%s %d of %d %ss%s:", verb, gaps, size, noun, besides)
}

// places names what chose a service: a place whose files leave no doubt, if there is one.
func (x *Explainer) places(id string) []string {
	if x.Configuration == nil || len(x.Configuration.Services[id]) == 0 {
		return nil
	}
	places := x.Configuration.Services[id]
	p := places[max(0, slices.IndexFunc(places, func(p configuration.Place) bool { return p.Note == "" }))]
	line := fmt.Sprintf("  Chosen by %s (%s line %d)", p.Address, p.File, p.Line)
	if more := len(places) - 1; more > 0 {
		line += fmt.Sprintf(", and %d more", more)
	}
	if p.Note != "" {
		line += ": " + p.Note
	}
	return []string{line}
}

// alternatives lists the services that would do in place of those that fail.
func (x *Explainer) alternatives(failing []string) string {
	failing = slices.DeleteFunc(slices.Clone(failing), func(id string) bool {
		once := x.unspoken[x.Assessment.Services[id].Cloud].once() // it is said that there is none
		return once || !anotherWouldDo(x.Assessment.Services[id])
	})
	if x.err != nil || len(failing) == 0 { // nobody knows, or there is nothing to replace
		return ""
	}
	what := "meet the requirement"
	if size := x.Assessment.Requirement.Size(); size > 1 {
		what = "satisfy " + words.All(size)
	}
	var moves gapList
	for _, id := range failing {
		if ids := rank(x.Catalog, x.satisfying, id, x.Today); len(ids) > 0 {
			moves.add(id, words.AtMost(ids, maxAlternatives))
		}
	}
	if len(moves.texts) == 0 && !slices.ContainsFunc(failing, x.hasCategory) {
		return "" // nobody knows
	}
	if len(moves.texts) == 0 {
		return fmt.Sprintf("No other service of the same category is documented to %s.", what)
	}
	lines := []string{fmt.Sprintf("Services of the same category that are documented to %s:", what)}
	for _, ids := range moves.texts[:min(len(moves.texts), maxMoves)] {
		lines = append(lines, "  - in place of "+words.AtMost(moves.checks[ids], maxNamed)+": "+ids)
	}
	if more := len(moves.texts) - maxMoves; more > 0 {
		lines = append(lines, fmt.Sprintf("  - and others in place of %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (x *Explainer) hasCategory(service string) bool {
	s, _ := x.Catalog.Summary(service)
	return len(s.Categories) > 0
}

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

// Limits of what a diagnostic lists. Past them it counts.
const (
	maxExplained    = 10 // services with a diagnostic of their own
	maxNamed        = 20 // services named in the closing diagnostic
	maxAlternatives = 5
	maxPlaces       = 5 // of a service in the configuration
)

// GapSummary heads the diagnostics about gaps.
const GapSummary = "Required security controls missing"

// Explanation is the text of one diagnostic about gaps.
type Explanation struct {
	Service string // "" where it is about several
	Detail  string
}

// Explainer writes what is wrong with an assessment, for people. It is for one
// goroutine.
type Explainer struct {
	Catalog    *catalog.Catalog
	Assessment *assess.Assessment
	Today      catalog.Date
	Places     map[string][]configuration.Place // by service; may be nil

	satisfying []string             // services that pass
	unspoken   map[string]*unspoken // by cloud
	err        error                // why these could not be found
}

// PerService explains the gaps with one text for each failing service, sorted by id;
// of more than ten, the first ten, and one more that counts and names the rest. Before
// them stands one for each cloud of which no document speaks of what several services
// lack; a service that lacks nothing else has no text of its own. An error says why
// alternatives are not named; the texts are complete without them.
func (x *Explainer) PerService() ([]Explanation, error) {
	x.findUnspoken()
	x.findAlternatives()
	failing := x.explained()
	var out []Explanation
	for _, text := range x.unspokenTexts() {
		out = append(out, Explanation{"", paragraphs(text, x.destroyHint())})
	}
	for _, id := range failing[:min(len(failing), maxExplained)] {
		out = append(out, Explanation{id, paragraphs(x.failures(id), x.alternatives(id), x.nextSteps([]string{id}))})
	}
	if rest := failing[min(len(failing), maxExplained):]; len(rest) > 0 {
		verb := "lack"
		if len(rest) == 1 {
			verb = "lacks"
		}
		out = append(out, Explanation{"", fmt.Sprintf("%d more of the %d services %s required controls: %s.\n\n"+
			"The data source controls_assessment, with the same arguments, lists the gaps of all services and never fails "+
			"on one.",
			len(rest), len(x.Assessment.Services), verb, words.AtMost(rest, maxNamed))})
	}
	return out, x.err
}

// Together explains the gaps of all failing services in one text; "" without gaps. The
// error is that of PerService.
func (x *Explainer) Together() (string, error) {
	if len(x.failing()) == 0 {
		return "", nil
	}
	x.findUnspoken()
	x.findAlternatives()
	failing := x.explained()
	parts := x.unspokenTexts()
	if len(failing) == 0 {
		return paragraphs(append(parts, x.destroyHint())...), x.err
	}
	explained := failing[:min(len(failing), maxExplained)]
	// What would do is often the same for all of them, and then said once.
	shared := x.alternatives(explained[0])
	for _, id := range explained {
		if x.alternatives(id) != shared {
			shared = ""
		}
	}
	for _, id := range explained {
		parts = append(parts, x.failures(id))
		if alternatives := x.alternatives(id); alternatives != shared {
			parts = append(parts, alternatives)
		}
	}
	if rest := failing[len(explained):]; len(rest) > 0 {
		parts = append(parts, fmt.Sprintf("Required controls are missing from %d more of the %d services: %s.",
			len(rest), len(x.Assessment.Services), words.AtMost(rest, maxNamed)))
	}
	parts = append(parts, shared, x.nextSteps(failing))
	return paragraphs(parts...), x.err
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
	s := x.Assessment.Services[id]
	retired := ""
	if l := s.Lifecycle; !l.Passes() {
		retired = fmt.Sprintf("%s (%s) %s. The requirement refuses retired services (on_retired = \"deny\"); no exception "+
			"covers that.",
			s.Name, id, End(l))
	}
	return paragraphs(x.gaps(id), retired, x.places(id))
}

// gaps lists the gaps of a service, the retired service itself apart; "" for none.
func (x *Explainer) gaps(id string) string {
	s := x.shown(id)
	f := &findingWriter{Explainer: x, service: id, shared: sharedDocument(s)}
	var lines []string
	for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
		if finding := s.Controls[control]; !finding.Outcome.Passes() {
			lines = append(lines, f.finding(control, finding, "  "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if g := s.Groups[name]; !g.Outcome.Passes() {
			lines = append(lines, f.group(name, g))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	besides := ""
	if u := x.unspoken[s.Cloud]; u.once() && slices.Contains(u.services, id) {
		besides = fmt.Sprintf(", besides what no document of %s speaks of", s.Cloud)
	}
	text := fmt.Sprintf("%s (%s) %s%s:\n\n%s", s.Name, id, x.lacks(len(lines)), besides, strings.Join(lines, "\n"))
	if f.shared != "" {
		text += "\n\nAccording to:" + x.citation(f.shared, "\n  ")
	}
	return text
}

// lacks counts the gaps. "Lacks" would be wrong of an adverse control.
func (x *Explainer) lacks(gaps int) string {
	r := x.Assessment.Requirement
	size := r.Size()
	verb, noun := "lacks", "control"
	if len(r.Avoid) > 0 || len(r.AnyOf) > 0 {
		verb, noun = "fails", "check"
	}
	switch {
	case size == 1:
		return fmt.Sprintf("%s the required %s", verb, noun)
	case gaps == size:
		return fmt.Sprintf("%s %s required %ss", verb, words.All(size), noun)
	}
	return fmt.Sprintf("%s %d of the %d required %ss", verb, gaps, size, noun)
}

func (x *Explainer) places(id string) string {
	places := x.Places[id]
	if len(places) == 0 {
		return ""
	}
	lines := []string{"Chosen by:"}
	for _, p := range places[:min(len(places), maxPlaces)] {
		lines = append(lines, fmt.Sprintf("  - %s (%s line %d)", p.Address, p.File, p.Line))
		if p.Note != "" {
			lines = append(lines, "    "+p.Note)
		}
	}
	if more := len(places) - maxPlaces; more > 0 {
		lines = append(lines, fmt.Sprintf("  - and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (x *Explainer) alternatives(id string) string {
	if x.err != nil || x.unspoken[x.Assessment.Services[id].Cloud].once() {
		return "" // nobody knows; or it is said that there is none
	}
	what := "meet the requirement"
	if size := x.Assessment.Requirement.Size(); size > 1 {
		what = "satisfy " + words.All(size)
	}
	ids := rank(x.Catalog, x.satisfying, id, x.Today)
	if len(ids) == 0 {
		return fmt.Sprintf("No other service of this cloud in the catalogue is documented to %s.", what)
	}
	return fmt.Sprintf("Services in the catalogue that %s: %s.", what, words.AtMost(ids, maxAlternatives))
}

// openings is what there is to do something about, of some services.
type openings struct {
	unexcepted bool // gaps without an exception
	expired    bool // gaps whose exception has ended
	outdated   bool // gaps that a newer document could close
	retired    bool
}

func (o *openings) gap(exceptionEnded catalog.Date) {
	o.expired = o.expired || exceptionEnded != ""
	o.unexcepted = o.unexcepted || exceptionEnded == ""
}

func (o *openings) look(f assess.Finding) {
	o.outdated = o.outdated || f.Reason == assess.Undocumented || f.Reason == assess.Stale
}

// openings looks for what there is to do about the gaps of services.
func (x *Explainer) openings(services []string) openings {
	var o openings
	for _, id := range services {
		s := x.shown(id)
		for _, f := range s.Controls {
			if !f.Outcome.Passes() {
				o.gap(f.ExceptionExpired)
				o.look(f)
			}
		}
		for _, g := range s.Groups {
			if g.Outcome.Passes() {
				continue
			}
			o.gap(g.ExceptionExpired)
			for _, f := range g.Controls {
				o.look(f)
			}
		}
		o.retired = o.retired || !s.Lifecycle.Passes()
	}
	return o
}

// nextSteps says what to do about the gaps of the services.
func (x *Explainer) nextSteps(services []string) string {
	o := x.openings(services)
	text := "Choose another service"
	if o.unexcepted || o.expired {
		text += ", drop the control from the requirement"
	}
	if o.unexcepted {
		text += ", or add an entry to \"exceptions\" with a justification and an expiry date"
	}
	if o.expired {
		text += ", or renew the exception that has ended, with a later \"expires\""
	}
	text += "."
	if o.retired {
		text += " Retired services pass with on_retired = \"warn\"."
	}
	if o.outdated {
		text += " If a newer document answers this, add it through catalog_sources of the provider."
		if asOf := x.Assessment.Requirement.AsOf; asOf != "" {
			text += fmt.Sprintf(" Documents published after as_of (%s) do not count.", asOf)
		}
	}
	return paragraphs(text, x.destroyHint())
}

// destroyHint is for what stops a plan: "terraform destroy" first makes an ordinary one.
func (x *Explainer) destroyHint() string {
	if x.Assessment.Requirement.Enforcement == assess.EnforcementWarn {
		return ""
	}
	return "To destroy all the same: terraform destroy -refresh=false"
}

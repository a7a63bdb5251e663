package assess

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"terraform-provider-controls/internal/catalog"
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

// Place is where a configuration chooses a service.
type Place struct {
	Address string
	File    string
	Line    int64
}

// Explanation is the text of one diagnostic about gaps.
type Explanation struct {
	Service string // "" where it is about several
	Detail  string
}

// Explainer writes what is wrong with an assessment, for people. It is for one
// goroutine.
type Explainer struct {
	Catalog    *catalog.Catalog
	Assessment *Assessment
	Today      catalog.Date
	Places     map[string][]Place // by service; may be nil

	satisfying []string // services that pass
	err        error    // why they could not be found
}

// PerService explains the gaps with one text for each failing service, sorted by id;
// of more than ten, the first ten, and one more that counts and names the rest. An
// error says why alternatives are not named; the texts are complete without them.
func (x *Explainer) PerService() ([]Explanation, error) {
	failing := x.failing()
	x.findAlternatives()
	var out []Explanation
	for _, id := range failing[:min(len(failing), maxExplained)] {
		out = append(out, Explanation{id, x.service(id) + "\n\n" + x.nextSteps([]string{id})})
	}
	if rest := failing[min(len(failing), maxExplained):]; len(rest) > 0 {
		verb := "lack"
		if len(rest) == 1 {
			verb = "lacks"
		}
		out = append(out, Explanation{"", fmt.Sprintf("%d more of the %d services %s required controls: %s.\n\n"+
			"The data source controls_assessment, with the same arguments, lists the gaps of all services and never fails on one.",
			len(rest), len(x.Assessment.Services), verb, atMost(rest, maxNamed))})
	}
	return out, x.err
}

// Together explains the gaps of all failing services in one text; "" without gaps. The
// error is that of PerService.
func (x *Explainer) Together() (string, error) {
	failing := x.failing()
	if len(failing) == 0 {
		return "", nil
	}
	x.findAlternatives()
	var parts []string
	for _, id := range failing[:min(len(failing), maxExplained)] {
		parts = append(parts, x.service(id))
	}
	if rest := failing[min(len(failing), maxExplained):]; len(rest) > 0 {
		parts = append(parts, fmt.Sprintf("Required controls are missing from %d more of the %d services: %s.",
			len(rest), len(x.Assessment.Services), atMost(rest, maxNamed)))
	}
	parts = append(parts, x.nextSteps(failing))
	return strings.Join(parts, "\n\n"), x.err
}

// atMost lists the first n names and counts the rest.
func atMost(names []string, n int) string {
	text := strings.Join(names[:min(len(names), n)], ", ")
	if more := len(names) - n; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
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
// services that do not.
func (x *Explainer) findAlternatives() {
	clouds := map[string]bool{}
	for _, s := range x.Assessment.Services {
		if !s.Compliant {
			clouds[s.Cloud] = true
		}
	}
	if len(clouds) > 0 {
		x.satisfying, x.err = Satisfying(x.Catalog, x.Assessment.Requirement, slices.Sorted(maps.Keys(clouds)), x.Today)
	}
}

// service explains the gaps of one service, without what to do next.
func (x *Explainer) service(id string) string {
	s := x.Assessment.Services[id]
	var parts []string
	if gaps := x.gaps(id); gaps != "" {
		parts = append(parts, gaps)
	}
	if l := s.Lifecycle; l != nil && l.Outcome == Gap {
		parts = append(parts, fmt.Sprintf("%s (%s) was retired on %s%s. The requirement refuses retired services (on_retired = \"deny\"); no exception covers that.",
			s.Name, id, l.RetiredOn, successor(l.Successor)))
	}
	for _, part := range []string{x.places(id), x.alternatives(id)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "\n\n")
}

// gaps lists the gaps of a service, the retired service itself apart; "" for none.
func (x *Explainer) gaps(id string) string {
	s := x.Assessment.Services[id]
	f := &findingWriter{Explainer: x, service: id, shared: s.sharedDocument()}
	var lines []string
	for _, control := range slices.Sorted(maps.Keys(s.Controls)) {
		if finding := s.Controls[control]; finding.Outcome == Gap {
			lines = append(lines, f.finding(control, finding, "  "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
		if g := s.Groups[name]; g.Outcome == Gap {
			lines = append(lines, f.group(name, g))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s (%s) %s:\n\n%s", s.Name, id, x.lacks(len(lines)), strings.Join(lines, "\n"))
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
		verb, noun = "does not meet", "check"
	}
	switch {
	case size == 1:
		return fmt.Sprintf("%s the required %s", verb, noun)
	case gaps == size && verb == "lacks":
		return fmt.Sprintf("lacks all %d required controls", size)
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
	}
	if more := len(places) - maxPlaces; more > 0 {
		lines = append(lines, fmt.Sprintf("  - and %d more", more))
	}
	return strings.Join(lines, "\n")
}

func (x *Explainer) alternatives(id string) string {
	if x.err != nil {
		return "" // nobody knows
	}
	what := "meet the requirement"
	if size := x.Assessment.Requirement.Size(); size > 1 {
		what = fmt.Sprintf("satisfy all %d", size)
	}
	ids := rank(x.Catalog, x.satisfying, id, x.Today)
	if len(ids) == 0 {
		return fmt.Sprintf("No other service of this cloud in the catalogue is documented to %s.", what)
	}
	return fmt.Sprintf("Services in the catalogue that %s: %s.", what, atMost(ids, maxAlternatives))
}

// nextSteps says what to do about the gaps of the services.
func (x *Explainer) nextSteps(services []string) string {
	var outdated, expired, gap, retired bool
	look := func(f Finding) {
		outdated = outdated || f.Reason == Undocumented || f.Reason == Stale
	}
	for _, id := range services {
		s := x.Assessment.Services[id]
		for _, f := range s.Controls {
			if f.Outcome == Gap {
				gap, expired = true, expired || f.ExceptionExpired != ""
				look(f)
			}
		}
		for _, g := range s.Groups {
			if g.Outcome == Gap {
				gap, expired = true, expired || g.ExceptionExpired != ""
				for _, f := range g.Controls {
					look(f)
				}
			}
		}
		retired = retired || s.Lifecycle != nil && s.Lifecycle.Outcome == Gap
	}
	text := "Choose another service, drop the control from the requirement, or add an entry to \"exceptions\" with a justification and an expiry date."
	if !gap {
		text = "Choose another service."
	}
	if expired {
		text += " An exception that has ended can be renewed by a later \"expires\"."
	}
	if retired {
		text += " Retired services pass with on_retired = \"warn\"."
	}
	if outdated {
		text += " A document that answers what is not documented, or is newer, can be added through catalog_sources of the provider."
	}
	if x.Assessment.Requirement.Enforcement == EnforcementWarn {
		return text
	}
	// "terraform destroy" first makes an ordinary plan, which this would stop.
	return text + "\n\nTo destroy all the same: terraform destroy -refresh=false"
}

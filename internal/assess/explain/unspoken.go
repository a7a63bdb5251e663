package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// unspoken are the gaps of one cloud's services that no choice of service could close: no
// document about any service of the cloud speaks of the control, whenever it was
// published. They are gaps like all others; only their explanation differs.
type unspoken struct {
	spoken   map[string]bool // controls that some document of the cloud speaks of
	controls map[string]bool // single controls that are such gaps
	groups   map[string]bool // groups none of whose members is spoken of
	services []string        // that have one of these gaps, sorted
}

// once reports whether the gaps are explained once for all services, not with each.
func (u *unspoken) once() bool { return u != nil && len(u.services) > 1 }

// findUnspoken collects the unspoken gaps, by cloud.
func (x *Explainer) findUnspoken() {
	spoken, err := x.Catalog.Spoken()
	if err != nil {
		x.err = err
		return
	}
	x.unspoken = map[string]*unspoken{}
	for _, id := range x.failing() {
		s := x.Assessment.Services[id]
		u := x.unspoken[s.Cloud]
		if u == nil {
			u = &unspoken{spoken: map[string]bool{}, controls: map[string]bool{}, groups: map[string]bool{}}
			for _, control := range spoken[s.Cloud] {
				u.spoken[control] = true
			}
			x.unspoken[s.Cloud] = u
		}
		found := false
		for control, f := range s.Controls {
			if u.silentOn(control, f) {
				u.controls[control], found = true, true
			}
		}
		for name, g := range s.Groups {
			if u.silentOnAll(g) {
				u.groups[name], found = true, true
			}
		}
		if found {
			u.services = append(u.services, id)
		}
	}
}

// silentOn reports whether a finding is an unspoken gap. One with an exception that has
// ended is explained with its service, which has that to be told as well.
func (u *unspoken) silentOn(control string, f assess.Finding) bool {
	return u != nil && !f.Outcome.Passes() && f.Reason == assess.Undocumented && f.ExceptionExpired == "" && !u.spoken[control]
}

func (u *unspoken) silentOnAll(g assess.Group) bool {
	if u == nil || g.Outcome.Passes() || g.ExceptionExpired != "" {
		return false
	}
	for control, f := range g.Controls {
		if f.Reason != assess.Undocumented || u.spoken[control] {
			return false
		}
	}
	return true
}

// shown are the findings of a service without those that are explained once for all.
func (x *Explainer) shown(id string) assess.ServiceFindings {
	s := x.Assessment.Services[id]
	u := x.unspoken[s.Cloud]
	if !u.once() {
		return s
	}
	s.Controls, s.Groups = maps.Clone(s.Controls), maps.Clone(s.Groups)
	maps.DeleteFunc(s.Controls, u.silentOn)
	maps.DeleteFunc(s.Groups, func(_ string, g assess.Group) bool { return u.silentOnAll(g) })
	s.Compliant = s.Passes()
	return s
}

// explained lists the failing services that have something of their own to be told.
func (x *Explainer) explained() []string {
	return slices.DeleteFunc(x.failing(), func(id string) bool { return x.shown(id).Compliant })
}

// unspokenTexts explains, once for each cloud and sorted by it, what none of its services
// can have.
func (x *Explainer) unspokenTexts() []string {
	var texts []string
	for _, cloud := range slices.Sorted(maps.Keys(x.unspoken)) {
		if u := x.unspoken[cloud]; u.once() {
			texts = append(texts, x.unspokenText(cloud, u))
		}
	}
	return texts
}

func (x *Explainer) unspokenText(cloud string, u *unspoken) string {
	var lines []string
	for _, control := range slices.Sorted(maps.Keys(u.controls)) {
		lines = append(lines, "  - "+control+x.spokenNear(u, control))
	}
	for _, name := range slices.Sorted(maps.Keys(u.groups)) {
		members, _, _ := x.Assessment.Requirement.Group(name)
		lines = append(lines, fmt.Sprintf("  - %s: none of the controls of this group: %s%s", name, strings.Join(members, ", "),
			x.spokenNear(u, members...)))
	}
	what := "what the requirement asks for here"
	if len(lines) == 1 {
		what = "this, which the requirement asks for"
	}
	return words.Sprintf("No document about any service of the cloud %q in the catalogue speaks of %s:\n%s\n\n"+
		"So each of these services has the gap, and no other service of the cloud would do: %s. Ask of a cloud what its "+
		"documents speak of, in a requirement for its services alone: data.controls_definitions with cloud = %q lists that.",
		cloud, what, strings.Join(lines, "\n"), words.AtMost(u.services, maxNamed), cloud)
}

// spokenNear names what documents of the cloud speak of near some controls, in parentheses; ""
// for nothing.
func (x *Explainer) spokenNear(u *unspoken, controls ...string) string {
	var near []string
	for _, control := range controls {
		for _, id := range x.Catalog.Related(control) {
			if u.spoken[id] && !slices.Contains(near, id) {
				near = append(near, id)
			}
		}
	}
	if len(near) == 0 {
		return ""
	}
	slices.Sort(near)
	return " (near it, and documented of some: " + strings.Join(near, ", ") + ")"
}

package assess

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Reproduce evaluates anew what the assessment declares, by the catalogue that it names and
// on a day on which it holds, and says where that comes out otherwise: then the assessment
// was made up or changed. Verify takes on trust what documents say; this does not.
//
// What the configuration's settings showed, and which registers counted, is taken from the
// assessment. The catalogue must have the digest that the assessment names; its sources may
// have other names, as they have in another folder.
func (a *Assessment) Reproduce(c *catalog.Catalog, today catalog.Date) error {
	r := a.Requirement
	r.Scope, r.Crosswalk, r.Applied = a.Scope, a.Crosswalk, a.Tolerated()
	if a.Policy != nil {
		r.Approval = &Approval{Policy: *a.Policy}
	}
	if err := errors.Join(checkIDs(c, r)...); err != nil {
		return fmt.Errorf("evaluated anew, its requirement is not in order: %w", err)
	}
	want, err := newEvaluation(c, newTerms(r, a.Policy, a.Registers), a.recorded(), today).assessment()
	if err != nil {
		return fmt.Errorf("it cannot be evaluated anew: %w", err)
	}
	if err := want.nameSources(a.Catalog.Sources); err != nil {
		return err
	}
	found, err := canonicaljson.Marshal(a)
	if err != nil {
		return err
	}
	text, err := canonicaljson.Marshal(want)
	if err != nil {
		return err
	}
	if !bytes.Equal(found, text) {
		return a.differsFrom(want)
	}
	return nil
}

// recorded is what an assessment has of the settings of a configuration.
type recorded map[pair]Finding

func (a *Assessment) recorded() recorded {
	out := recorded{}
	for id, s := range a.Services {
		for _, g := range s.Groups {
			for control, f := range g.Controls {
				out[pair{id, control}] = f
			}
		}
		for control, f := range s.Controls {
			out[pair{id, control}] = f
		}
	}
	return out
}

func (r recorded) shown(p pair) *InForce         { return r[p].InForce }
func (r recorded) met(p pair, _ string) *InForce { return r[p].Met }

// nameSources gives the sources of the catalogue the names that another assessment has for
// them: those are paths, and no part of the catalogue's digest.
func (a *Assessment) nameSources(as []SourceRef) error {
	if !slices.Equal(digestsOf(a.Catalog.Sources), digestsOf(as)) {
		return errors.New("it names other sources than the catalogue with its digest has")
	}
	names := make(map[string]string, len(as))
	for i, s := range a.Catalog.Sources {
		names[s.Name] = as[i].Name
	}
	a.Catalog.Sources = as
	for i, c := range a.Catalog.Corrections {
		a.Catalog.Corrections[i].Source = names[c.Source]
	}
	for id, doc := range a.Documents {
		doc.Source = names[doc.Source] // that of the embedded catalogue, "", stays
		a.Documents[id] = doc
	}
	for _, s := range a.Services {
		for f := range s.findings {
			for _, shown := range []*InForce{f.InForce, f.Met} {
				if shown != nil {
					shown.Source = names[shown.Source]
				}
			}
		}
	}
	return nil
}

// differsFrom names the first thing in which the assessment is another than it has to be.
func (a *Assessment) differsFrom(want *Assessment) error {
	for _, id := range slices.Sorted(maps.Keys(want.Services)) {
		found, s := a.Services[id], want.Services[id]
		err := differentFinding(found.Controls, s.Controls)
		for _, name := range slices.Sorted(maps.Keys(s.Groups)) {
			if err == nil {
				err = differentFinding(found.Groups[name].Controls, s.Groups[name].Controls)
			}
		}
		if err == nil {
			err = different(id, found, s)
		}
		if err != nil {
			return words.Errorf("service %q: %w", id, err)
		}
	}
	return errors.Join(
		different("catalog", a.Catalog, want.Catalog), different("controls", a.Controls, want.Controls),
		different("crosswalk", a.Crosswalk, want.Crosswalk), different("documents", a.Documents, want.Documents),
		different("registers", a.Registers, want.Registers), different("requirement", a.Requirement, want.Requirement),
		different("scope", a.Scope, want.Scope), different("weakened", a.Weakened, want.Weakened),
	)
}

// differentFinding names the first control of which the finding is another.
func differentFinding(found, want map[string]Finding) error {
	for _, control := range slices.Sorted(maps.Keys(want)) {
		if err := different(control, found[control], want[control]); err != nil {
			return err
		}
	}
	return nil
}

// maxDifference is how many characters of what differs are shown.
const maxDifference = 300

// different says that two things with a name differ.
func different(name string, found, want any) error {
	a, err := canonicaljson.Marshal(found)
	if err != nil {
		return err
	}
	b, err := canonicaljson.Marshal(want)
	if err != nil {
		return err
	}
	if bytes.Equal(a, b) {
		return nil
	}
	return words.Errorf("the assessment says of %q %s, and evaluated anew by the catalogue that it names it is %s", name,
		words.Clip(string(a), maxDifference), words.Clip(string(b), maxDifference))
}

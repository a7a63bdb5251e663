package attest

import (
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// WeakenedByOtherCatalog is what verifiers know to lower the bar besides that which assessments
// name: a finding passes by what their own catalogue does not say. It is from another version of
// the provider, or it is made up.
const WeakenedByOtherCatalog = "other_catalog"

// Why a verifier believes a finding, and has not evaluated it, besides WeakenedByOwnDocuments and
// WeakenedByOtherCatalog.
const (
	BelievedConfiguration = "configuration" // its settings, which are not at hand
	BelievedEvidence      = "evidence"      // which no approver of the verifier's has signed
)

// believe notes why a check, "service/control", is believed.
func (out *Verified) believe(why, check string) {
	if out.Believed == nil {
		out.Believed = map[string][]string{}
	}
	if list := out.Believed[why]; !slices.Contains(list, check) {
		out.Believed[why] = append(list, check)
	}
}

// checkFindings holds what findings quote against the verifier's catalogue. By the catalogue
// that the attestation names nothing may differ: what does was made up. By another one it may,
// and is believed.
func (v Verification) checkFindings(out *Verified) *InputError {
	for _, a := range out.inQuestion {
		h := &held{
			Verification: v, Verified: out, a: a, baselines: map[string]*catalog.Baseline{}, sources: map[string]string{},
			same: v.Catalog != nil && a.Baseline.Digest["sha256"] == hexOf(v.Catalog.Digest()),
			asOf: a.Weakened != nil && slices.Contains(a.Weakened.By, assess.WeakenedByAsOf),
		}
		for _, doc := range a.Baseline.Documents {
			h.sources[doc.ID] = doc.Source
		}
		for _, s := range a.Services {
			if err := h.service(s); err != nil {
				return refused(v.signedArgument(), "Finding is made up", words.Errorf("service %q: %w", s.ID, err))
			}
		}
	}
	for _, list := range out.Believed {
		slices.Sort(list)
	}
	return v.checkReproduced(out)
}

// checkReproduced evaluates the assessment anew that was asked for, where it is at hand and by
// the verifier's catalogue. The day is that of the issue: on that it had to hold.
func (v Verification) checkReproduced(out *Verified) *InputError {
	if v.Catalog == nil || out.assessment == nil || out.assessment.Catalog.Digest != v.Catalog.Digest() {
		return nil
	}
	if err := out.assessment.Reproduce(v.Catalog, dateOf(out.IssuedAt)); err != nil {
		return refused("assessment", "Assessment is made up", err)
	}
	return nil
}

// signedArgument is the argument that was verified.
func (v Verification) signedArgument() string {
	if v.Bundle != "" {
		return "bundle"
	}
	return "envelope"
}

// held holds the findings of one assessment against the verifier's catalogue.
type held struct {
	Verification
	*Verified
	a          AssessmentResult
	baselines  map[string]*catalog.Baseline // by service and date
	sources    map[string]string            // of the documents, by id
	same, asOf bool                         // the catalogue is the one named; newer documents are left out
}

func (h *held) service(s Service) error {
	if err := h.lifecycle(s); err != nil {
		return err
	}
	for _, c := range s.Controls {
		if err := h.control(s, c, c.Outcome.Standing() == assess.Holds, s.ID+"/"+c.ID); err != nil {
			return err
		}
	}
	for _, g := range s.Groups {
		if err := h.groupName(s, g); err != nil {
			return err
		}
		for _, c := range g.Controls {
			// A member that nothing documents may be why a group passes as well.
			counts := g.Outcome.Standing() == assess.Holds && (c.Outcome.Standing() == assess.Holds || c.Documented == "")
			if err := h.control(s, c, counts, s.ID+"/"+g.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// lifecycle holds the end of a service, which may make a retired one pass, against the catalogue.
func (h *held) lifecycle(s Service) error {
	if h.Catalog == nil {
		return nil
	}
	var says, ends catalog.Date
	if s.Lifecycle != nil {
		says = s.Lifecycle.RetiredOn
	}
	if b := h.baseline(s.ID, ""); b != nil {
		ends = b.Service.Lifecycle.RetiredOn
	}
	switch {
	case says == ends:
	case h.same:
		return words.Errorf("the attestation says that its end is %q, and the catalogue that it names %q", says, ends)
	case ends != "":
		h.believe(WeakenedByOtherCatalog, s.ID+"/"+catalog.LifecycleID)
	}
	return nil
}

// groupName refuses a group with the name of a control: what is accepted for the one would be
// accepted for the other.
func (h *held) groupName(s Service, g Group) error {
	if h.Catalog == nil {
		return nil
	}
	switch _, control := h.Catalog.Definition(g.Name); {
	case !control:
	case h.same:
		return words.Errorf("the group %q has the name of a control", g.Name)
	default:
		h.believe(WeakenedByOtherCatalog, s.ID+"/"+g.Name)
	}
	return nil
}

// control holds one finding against the catalogue. One that does not count, since the check is a
// gap or accepted, may quote what it likes, unless it is by this very catalogue.
func (h *held) control(s Service, c Control, counts bool, check string) error {
	says := h.says(s, c)
	if h.same && says != "" {
		return words.Errorf("the attestation says of the control %q %s, and the catalogue that it names %s", c.ID,
			quoted(c, s), says)
	}
	if !counts {
		return nil
	}
	if err := h.settings(s, c); h.same && err != nil {
		return words.Errorf("the control %q: %w", c.ID, err)
	}
	own := c.Documented != "" && h.sources[documentOf(s, c)] != ""
	switch {
	case h.same:
	case own:
		h.believe(WeakenedByOwnDocuments, check)
	case says != "" || c.Outcome == assess.Configured: // by settings of a catalogue that is not at hand
		h.believe(WeakenedByOtherCatalog, check)
	}
	if c.Outcome == assess.Configured {
		h.believe(BelievedConfiguration, check)
	}
	if len(c.Evidence) > 0 && h.ExceptionApprovers == nil { // else approvers answer for it
		h.believe(BelievedEvidence, check)
	}
	return nil
}

func documentOf(s Service, c Control) string {
	if c.Document != "" {
		return c.Document
	}
	return s.Document
}

// quoted is what a finding says that a document says.
func quoted(c Control, s Service) string {
	if c.Documented == "" {
		return "that nothing is documented"
	}
	return spoken(c.Documented, c.Condition, documentOf(s, c))
}

func spoken(status catalog.Status, condition, document string) string {
	text := words.Sprintf("%q", status.Documented())
	if condition != "" {
		text = words.Sprintf("%q (%q)", status.Documented(), condition)
	}
	return text + words.Sprintf(" by the document %q", document)
}

// says is what the catalogue says in another way than a finding does: "" where it says the same.
func (h *held) says(s Service, c Control) string {
	if h.Catalog == nil {
		return "is not at hand"
	}
	if def, ok := h.Catalog.Definition(c.ID); !ok || def.Adverse() != c.Adverse {
		return "has no such control to be had, or avoided"
	}
	if h.asOf && c.Documented == "" {
		return "" // of an earlier day, which is not known
	}
	st, ok := h.statement(s.ID, c.ID, h.day(s, c))
	switch {
	case !ok && c.Documented == "":
		return ""
	case !ok:
		return "says nothing of it"
	}
	return h.differs(s, c, st)
}

// differs is what a statement says in another way than a finding does; "" for nothing.
func (h *held) differs(s Service, c Control, st catalog.DocumentedStatement) string {
	byDefault := st.EnabledByDefault != nil && *st.EnabledByDefault
	switch {
	case c.Documented != st.Status || c.Condition != st.Condition || c.Planned != st.Planned ||
		h.same && documentOf(s, c) != st.Document.ID:
		return "says " + spoken(st.Status, st.Condition, st.Document.ID)
	case c.InForce == assess.ByDocument && !byDefault:
		return words.Sprintf("does not say by the document %q that it is on by default", st.Document.ID)
	}
	return ""
}

// day is up to which documents count for a finding; "" for all of them.
func (h *held) day(s Service, c Control) catalog.Date {
	if h.asOf {
		return h.published(documentOf(s, c))
	}
	return ""
}

// published is when a document was that the assessment rests on.
func (h *held) published(document string) catalog.Date {
	for _, doc := range h.a.Baseline.Documents {
		if doc.ID == document {
			return doc.PublishedOn
		}
	}
	return ""
}

// statement is what the catalogue says of a control of a service by documents up to a day.
func (h *held) statement(service, control string, asOf catalog.Date) (catalog.DocumentedStatement, bool) {
	b := h.baseline(service, asOf)
	if b == nil {
		return catalog.DocumentedStatement{}, false
	}
	st, ok := b.Controls[control]
	return st, ok
}

// baseline is that of a service by documents up to a day; nil for one that the catalogue does not
// have, or cannot read: that says nothing.
func (h *held) baseline(service string, asOf catalog.Date) *catalog.Baseline {
	key := service + "@" + string(asOf)
	b, ok := h.baselines[key]
	if !ok {
		if _, known := h.Catalog.Summary(service); known {
			b, _ = h.Catalog.Baseline(service, asOf)
		}
		h.baselines[key] = b
	}
	return b
}

// outcomeFits reports whether an outcome that passes by itself goes with what is documented.
func (c Control) outcomeFits() bool {
	has := c.Documented == catalog.StatusYes || c.Documented == catalog.StatusConditional
	switch c.Outcome {
	case assess.Satisfied:
		if c.Adverse {
			return c.Documented == catalog.StatusNo || c.Documented == catalog.StatusNotApplicable
		}
		return c.Documented == catalog.StatusYes
	case assess.NotApplicable:
		return !c.Adverse && c.Documented == catalog.StatusNotApplicable
	case assess.Configured, assess.Evidenced:
		return has
	case assess.Excepted, assess.Gap:
	}
	return true
}

package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// FormatDraftHCL is for whoever begins with gaps.
const FormatDraftHCL = "draft-hcl"

// DraftHead begins every draft. An empty line and a section follow.
const DraftHead = `# Draft of exceptions and evidence, to be reviewed and filled in.
# An empty value is refused until it is filled in. Leave out what is not to be accepted.
# Copy "exceptions" and "evidence" to where they are declared, or their entries into the lists there.
# A file with a name such as gaps.auto.tfvars is read as it is, as the variables "exceptions" and "evidence".
`

// maxHeading is how many services the heading of a section names.
const maxHeading = 5

// writeDraft writes what would cover every open gap: a section for each assessment.
func writeDraft(r *report) (string, error) {
	var b strings.Builder
	b.WriteString(DraftHead)
	said := "#\n"
	for _, fact := range r.identity() {
		if fact.key == "asked" { // the draft is no report
			continue
		}
		b.WriteString(said)
		said = ""
		b.WriteString("# " + fact.name + ": " + fact.value + "\n")
	}
	for _, s := range r.sections {
		b.WriteString("\n" + DraftSection(s.Assessment, s.digest, r.opts.Configuration))
	}
	return b.String(), nil
}

// DraftSection is what a draft has for one assessment, of which a part is enough. It begins
// with a heading by which the requirement is known, by the digest of the whole assessment
// among others: an assessment does not know its address. Evidence refers to the places in the
// configuration that chose its service, where that is known (not nil).
func DraftSection(a *assess.Assessment, digest string, c *configuration.Document) string {
	d := newDraft(a, c)
	failing := []string{}
	for _, id := range slices.Sorted(maps.Keys(a.Services)) {
		if !a.Services[id].Compliant {
			failing = append(failing, id)
		}
	}
	if d.gaps == 0 {
		return fmt.Sprintf("# No open gaps in %s: %s\n# Assessment %s\n", words.Count(len(a.Services), "service"),
			words.AtMost(slices.Sorted(maps.Keys(a.Services)), maxHeading), digest)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s in %s: %s\n# Assessment %s\n", words.Count(d.gaps, "gap"), words.Count(len(failing), "service"),
		words.AtMost(failing, maxHeading), digest)
	for _, remark := range d.remarks {
		b.WriteString("# " + remark + "\n")
	}
	b.WriteString(d.entries())
	return b.String()
}

// draftEntries are the lists of exceptions and evidence alone, "" where there is nothing to
// draft.
func draftEntries(a *assess.Assessment, c *configuration.Document) string {
	return newDraft(a, c).entries()
}

// newDraft collects the entries for the gaps of an assessment.
func newDraft(a *assess.Assessment, c *configuration.Document) *draft {
	d := &draft{Assessment: a, configuration: c}
	for _, id := range slices.Sorted(slices.Values(slices.Concat(a.Requirement.Controls, a.Requirement.Avoid))) {
		d.control(id)
	}
	for _, name := range slices.SortedFunc(slices.Values(a.Requirement.GroupNames()), inOrder) {
		d.group(name)
	}
	d.lifecycle()
	if d.inRegisters() && len(d.exceptions) > 0 {
		d.exceptions = nil
		d.remarks = append(d.remarks, "What no evidence answers has to be accepted in a register, by inline = \"deny\" of the "+
			"provider's exception_policy: provider::controls::draft_register drafts one.")
	}
	return d
}

// inRegisters reports whether exceptions count in registers alone.
func (d *draft) inRegisters() bool { return d.Policy != nil && d.Policy.Inline == assess.Deny }

// entries writes the lists.
func (d *draft) entries() string {
	var b strings.Builder
	list := func(name string, entries []string) {
		if len(entries) > 0 {
			b.WriteString(name + " = [\n" + strings.Join(entries, "") + "]\n")
		}
	}
	list("exceptions", d.exceptions)
	if len(d.exceptions) > 0 && len(d.evidence) > 0 {
		b.WriteString("\n")
	}
	list("evidence", d.evidence)
	return b.String()
}

// draft collects the entries for the gaps of one assessment.
type draft struct {
	*assess.Assessment
	configuration *configuration.Document        // nil where places are not known
	acceptances   map[string][]assess.Acceptance // nil until asked for
	gaps          int
	exceptions    []string
	evidence      []string
	remarks       []string // on gaps that no new entry covers
}

// accepted are the services that one exception is drafted for, by what is documented.
type accepted struct {
	services []string
	reasons  []string
	because  map[string][]string // services, by reason
	basis    []string            // by whose mapping each control of a group belongs to it
}

func (a *accepted) add(service, reason string) {
	a.services = append(a.services, service)
	if a.because == nil {
		a.because = map[string][]string{}
	}
	if len(a.because[reason]) == 0 {
		a.reasons = append(a.reasons, reason)
	}
	a.because[reason] = append(a.because[reason], service)
}

// question is what a piece of evidence is drafted for: of several services the same, if none
// has an entry yet that quotes another condition.
type question struct {
	condition string
	changed   bool
	uncertain string // which settings are not certain, to follow the title; "" for none
	value     string // address of the one that decides, if there is one
}

func (d *draft) question(service, control string, f assess.Finding) question {
	q := question{
		condition: explain.Question(f), changed: f.Reason == assess.ConditionChanged, value: explain.ValueOf(explain.Shown(f)),
	}
	if explain.Shown(f) != nil {
		q.uncertain = plaintext.Line(
			", which is not certain" + explain.DeciderLine(explain.Deciders(f, service, control, d.configuration)))
	}
	return q
}

func (d *draft) control(id string) {
	var toAccept accepted
	var questions []question
	toAnswer := map[question][]string{} // services
	for _, service := range slices.Sorted(maps.Keys(d.Services)) {
		f, ok := d.Services[service].Controls[id]
		if !ok || f.Outcome.Passes() {
			continue
		}
		d.gaps++
		q := d.question(service, id, f)
		switch {
		case f.ExceptionExpired != "":
			d.renew(service, id, f.ExceptionExpired)
		case q.condition != "":
			if len(toAnswer[q]) == 0 {
				questions = append(questions, q)
			}
			toAnswer[q] = append(toAnswer[q], service)
		default:
			toAccept.add(service, d.clause(f)+d.setting(service, id, f)+d.tolerance(service, id))
		}
	}
	for _, q := range questions {
		d.answer(toAnswer[q], id, q)
	}
	d.accept(id, d.title(id), &toAccept)
}

func (d *draft) group(name string) {
	var toAccept accepted
	_, rule, _ := d.Requirement.Group(name)
	for _, service := range slices.Sorted(maps.Keys(d.Services)) {
		g, ok := d.Services[service].Groups[name]
		if !ok || g.Outcome.Passes() {
			continue
		}
		d.gaps++
		if g.ExceptionExpired != "" {
			d.renew(service, name, g.ExceptionExpired)
			continue
		}
		reason := explain.GroupOf(rule, g).Clause()
		for member, f := range g.Behind() {
			if f.CertainlyWrong() {
				reason += "; " + member + d.setting(service, member, f)
			}
		}
		answerable := explain.Answerable(g)
		switch {
		case len(answerable) == 0:
		case g.Reason == assess.NotEveryMember:
			reason += "; evidence for " + words.And(answerable) + " would do instead"
		default:
			reason += "; evidence for " + words.Or(answerable) + " would do instead"
		}
		toAccept.add(service, reason+d.tolerance(service, name))
	}
	title := kind(rule).facts().members + " the group " + name
	if d.Crosswalk != nil {
		if identifier, ok := d.Crosswalk.Identifiers[name]; ok {
			title = strings.ReplaceAll(kind(rule).facts().name, "%s", plaintext.Line(identifier.Heading()))
			toAccept.basis = d.bases(name)
		}
	}
	d.accept(name, title, &toAccept)
}

// bases say by whose mapping the members of a group support an identifier.
func (d *draft) bases(group string) []string {
	var out []string
	members, _, _ := d.Requirement.Group(group)
	for _, id := range members {
		if basis := d.Crosswalk.Basis(group, id); basis != "" {
			out = append(out, plaintext.Line(id+": "+basis))
		}
	}
	return out
}

// lifecycle remarks on services whose end is a gap, which no exception covers.
func (d *draft) lifecycle() {
	for _, service := range slices.Sorted(maps.Keys(d.Services)) {
		if l := d.Services[service].Lifecycle; !l.Passes() {
			d.gaps++
			remark := fmt.Sprintf("%s %s: no exception covers that.", service, explain.End(l))
			d.remarks = append(d.remarks, plaintext.Line(remark))
		}
	}
}

// renew remarks on an exception that has ended, and where it has to be renewed.
func (d *draft) renew(service, check string, ended catalog.Date) {
	if d.acceptances == nil {
		d.acceptances = d.Acceptances()
	}
	then := "renew the entry that is there"
	if one, ok := assess.Counting(d.acceptances[service+"/"+check], ended, ""); ok && one.Register != nil {
		then = words.Sprintf("renew the entry in the register %q, and have that signed", one.Register.Name)
		if ended < one.Expires { // of the register, not of the entry
			then = words.Sprintf("have the register %q that it is in issued and signed anew", one.Register.Name)
		}
	}
	d.remarks = append(d.remarks, plaintext.Line(fmt.Sprintf("The exception for %s of %s ended on %s: %s.",
		check, service, ended, then)))
}

func (d *draft) clause(f assess.Finding) string {
	return plaintext.Line(explain.Finding{
		Reason: f.Reason, Status: f.Documented(), Condition: f.Condition, Planned: f.Planned, AgeDays: -1,
		InForce: f.InForce, Met: f.Met, EnabledByDefault: f.EnabledByDefault,
		Requirement: d.Requirement,
	}.Clause())
}

// setting says what of the configuration would have to be changed in place of accepting it.
func (d *draft) setting(service, control string, f assess.Finding) string {
	if !f.CertainlyWrong() {
		return ""
	}
	return plaintext.Line(", to be changed instead" + explain.DeciderLine(explain.Deciders(f, service, control, d.configuration)))
}

// tolerance says of a gap that a ratchet lets it pass.
func (d *draft) tolerance(service, check string) string {
	if _, found := slices.BinarySearch(d.Tolerated(), service+"/"+check); found {
		return "; " + explain.Tolerated
	}
	return ""
}

func (d *draft) title(control string) string {
	if title := plaintext.Line(d.Controls[control].Title); title != "" {
		return title
	}
	return control
}

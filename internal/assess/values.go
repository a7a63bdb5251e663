package assess

import (
	"fmt"
	"maps"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// groupName has the form of framework identifiers ("SC-28", "A.8.24", "AC-2(1)"). It is
// plain ASCII, which encoding/json and RFC 8785 sort alike, and has no slash, which
// would blur "service/group".
var groupName = lazyregexp.Regexp{Expression: `^[A-Za-z0-9][A-Za-z0-9 ._:()+-]{0,99}$`}

// ValidGroupName reports whether s can name a group: letters, digits, spaces
// and . _ : ( ) + - only, at most 100 of them, a letter or digit first.
func ValidGroupName(s string) bool { return groupName.MatchString(s) && s != catalog.LifecycleID }

// What is said of a requirement that would check nothing, also by whoever sees that before
// there is a requirement.
const (
	NoServices       = "No services"
	NoControls       = "No controls required"
	NoControlsDetail = "The requirement asks for nothing. Set at least one of controls, any_of, " +
		"every_documented_of and avoid."
)

// checkValues reports settings, dates and texts that are none, and a requirement of
// nothing, as InputErrors. A caller's own validation finds most of them earlier and
// with better places; here they must not pass in any case.
func checkValues(r Requirement) []error {
	var errs []error
	for _, s := range settings {
		errs = appendErr(errs, s.check(r))
	}
	if _, err := catalog.ParseDate(string(r.AsOf)); err != nil && r.AsOf != "" {
		errs = append(
			errs,
			&InputError{
				Attribute: "as_of", Value: string(r.AsOf), Summary: "Malformed date", Detail: words.Sentence(err.Error()),
			},
		)
	}
	errs = append(errs, checkWorkload(r)...)
	if len(r.Services) == 0 && !r.AllowNoServices && !r.Open.Services && !r.Open.Settings {
		errs = append(errs, &InputError{Attribute: "services", Summary: NoServices, Detail: noServices(r)})
	}
	if r.Size() == 0 && !r.Open.Checks {
		errs = append(errs, &InputError{Attribute: "controls", Summary: NoControls, Detail: NoControlsDetail})
	}
	for _, rule := range GroupRules() {
		for _, name := range slices.Sorted(maps.Keys(r.GroupsOf(rule))) {
			errs = appendErr(errs, checkGroup(r, rule, name))
		}
	}
	for i, ex := range r.Exceptions {
		if !r.sameEntry(i) {
			errs = append(errs, checkExceptionValues(r, i, ex)...)
		}
	}
	for i, ev := range r.Evidence {
		errs = append(errs, checkEvidenceValues(r, i, ev)...)
	}
	return errs
}

func checkExceptionValues(r Requirement, i int, ex Exception) []error {
	var errs []error
	report := func(field, value, summary, detail string) {
		errs = append(errs, &InputError{
			Attribute: "exceptions", Nth: i + 1, Field: field, Value: value, Summary: summary, Detail: detail,
		})
	}
	if _, err := catalog.ParseDate(string(ex.Expires)); err != nil {
		report("expires", string(ex.Expires), "Malformed date", words.Sentence(err.Error()))
	}
	if plaintext.Blank(ex.Justification) && !r.Open.Record {
		report("justification", "", "Missing justification",
			fmt.Sprintf("The exception for %s does not say why the gap is acceptable.", r.subject(i)))
	}
	if invisible(ex.ApprovedBy) {
		report("approved_by", "", "Blank value",
			fmt.Sprintf("approved_by of the exception for %s has no visible character. Name who approved it, or leave "+
				"it out.", r.subject(i)))
	}
	return errs
}

func checkEvidenceValues(r Requirement, i int, ev Evidence) []error {
	var errs []error
	report := func(field, summary, detail string) {
		errs = append(errs, &InputError{Attribute: "evidence", Nth: i + 1, Field: field, Summary: summary, Detail: detail})
	}
	if plaintext.Blank(ev.Condition) {
		report("condition", "Missing condition",
			words.Sprintf("The evidence for %q of %q does not quote the condition that it answers.", ev.Control, ev.Service))
	}
	if plaintext.Blank(ev.Reference) && !r.Open.Record {
		report("reference", "Missing reference",
			words.Sprintf("The evidence for %q of %q does not say where it shows that the condition is met.", ev.Control,
				ev.Service))
	}
	if invisible(ev.ApprovedBy) {
		report("approved_by", "Blank value",
			words.Sprintf("approved_by of the evidence for %q of %q has no visible character. Name who approved it, or leave "+
				"it out.",
				ev.Control, ev.Service))
	}
	return errs
}

// noServices says why there is nothing to check.
func noServices(r Requirement) string {
	if r.Services == nil && r.Configuration != nil {
		text := "The configuration chooses no service of the catalogue, so nothing would be checked. "
		if unread := r.Configuration.Scope.UnreadModules; len(unread) > 0 {
			addresses := make([]string, len(unread))
			for i, m := range unread {
				addresses[i] = m.Address
			}
			text += "These modules were not read, and may choose some: " + words.AtMost(addresses, maxUnasked) + ". "
		}
		return text + "Read the folder that declares the resources, or set allow_no_services = true where there may be none."
	}
	return "services is empty, so nothing would be checked. Name the services, or set allow_no_services = true where there may " +
		"be none."
}

func checkGroup(r Requirement, rule GroupRule, name string) *InputError {
	err := &InputError{Attribute: string(rule), Key: name, Value: name}
	switch {
	case name == catalog.LifecycleID:
		err.Summary = "Reserved group name"
		err.Detail = words.Sprintf("%q stands for a retired service in the list of gaps. Give the group another name.", name)
	case !ValidGroupName(name):
		err.Summary = "Malformed group name"
		err.Detail = words.Sprintf(
			"%q cannot name a group: use letters, digits, spaces and . _ : ( ) + - only, at most 100 of them, a letter or "+
				"digit first.",
			name,
		)
	case len(r.GroupsOf(rule)[name]) == 0 && !r.Open.Groups[name]:
		err.Summary = "Empty group"
		err.Detail = words.Sprintf(
			"The group %q of %s has no members, so no service could meet it. Give it members, or remove it.",
			name, string(rule),
		)
	default:
		return nil
	}
	return err
}

// invisible reports whether a text is there and shows nothing.
func invisible(s string) bool { return s != "" && plaintext.Blank(s) }

// MaxExceptionYears is how many years after the day of an evaluation an exception may
// end: what is accepted for longer is accepted for good, which is a change of the
// requirement.
const MaxExceptionYears = 10

// checkEnds reports exceptions that end too far from now. It is apart from checkValues
// since it needs the day: an assessment that is read later has none.
func checkEnds(r Requirement, today catalog.Date) []error {
	var errs []error
	latest := today.AddYears(MaxExceptionYears)
	for i, ex := range r.Exceptions {
		if _, err := catalog.ParseDate(string(ex.Expires)); err == nil && ex.Expires > latest && !r.sameEntry(i) {
			errs = append(errs, &InputError{
				Attribute: "exceptions",
				Nth:       i + 1,
				Field:     "expires",
				Value:     string(ex.Expires),
				Summary:   "Exception without an end in sight",
				Detail: fmt.Sprintf(
					"The exception for %s ends on %s. The latest end is %d years from today, %s: an accepted gap is "+
						"looked at again. "+
						"Give an earlier date, or drop the control from the requirement.",
					r.subject(i), ex.Expires, MaxExceptionYears, latest,
				),
			})
		}
	}
	return errs
}

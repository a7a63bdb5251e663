package assess

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Notice says that a part of a service is to be retired: a version, a tier, an interface
// that a workload may use. No finding goes by it. Which notices an assessment has follows
// from the catalogue alone, so that a date that goes by changes no assessment.
type Notice struct {
	// RetiresOn is written YYYY-MM-DD, or YYYY-MM where the vendor names the month alone; ""
	// where it names none.
	RetiresOn string `json:"retires_on,omitempty"`
	Scope     string `json:"scope"`  // the part
	Source    string `json:"source"` // title of where that was read
	Successor string `json:"successor,omitempty"`
	URL       string `json:"url,omitempty"` // of the source
}

// Ending says when the part ends, to follow its name: "retires on 2027-01; successor:
// version 2".
func (n Notice) Ending() string {
	if n.RetiresOn != "" {
		return Ending("retires", catalog.Date(n.RetiresOn), n.Successor)
	}
	text := "to be retired, on a day not announced"
	if n.Successor != "" {
		text += "; successor: " + n.Successor
	}
	return text
}

// over reports whether the part is gone on a day. A month counts as long as it lasts.
func (n Notice) over(today catalog.Date) bool {
	return n.RetiresOn != "" && n.RetiresOn < string(today)[:len(n.RetiresOn)]
}

// noticesOf lists what the catalogue has as still to be retired of a service.
func noticesOf(s *catalog.Service) []Notice {
	var notices []Notice
	for _, n := range s.Lifecycle.Notices {
		if n.Stage == catalog.NoticeRetiring {
			notices = append(notices, Notice{
				RetiresOn: n.Date, Scope: n.Scope, Source: n.Source.Title, Successor: n.Successor, URL: n.Source.URL,
			})
		}
	}
	slices.SortFunc(notices, compareNotices)
	return slices.Compact(notices)
}

func compareNotices(a, b Notice) int {
	// "~" is after every digit.
	return cmp.Or(
		cmp.Compare(cmp.Or(a.RetiresOn, "~"), cmp.Or(b.RetiresOn, "~")), cmp.Compare(a.Scope, b.Scope),
		cmp.Compare(a.Source, b.Source), cmp.Compare(a.Successor, b.Successor), cmp.Compare(a.URL, b.URL),
	)
}

var monthForm = lazyregexp.Regexp{Expression: `^[0-9]{4}-(0[1-9]|1[0-2])$`}

func verifyNotices(notices []Notice) error {
	for _, n := range notices {
		if plaintext.Blank(n.Scope) || plaintext.Blank(n.Source) {
			return errors.New("the assessment has one without its scope or its source")
		}
		if _, err := catalog.ParseDate(n.RetiresOn); err != nil && n.RetiresOn != "" && !monthForm.MatchString(n.RetiresOn) {
			return words.Errorf("the assessment has %q for a date, expected YYYY-MM-DD or YYYY-MM", n.RetiresOn)
		}
	}
	if !slices.IsSortedFunc(notices, compareNotices) || len(slices.Compact(slices.Clone(notices))) != len(notices) {
		return errors.New("the assessment has them in another order than by date, or one of them twice")
	}
	return nil
}

// maxNotices is how many parts of services a warning names.
const maxNotices = 5

// partsWarning lists, a line each, the parts of required services that are still to be
// retired, the next first: a version or a tier that a workload may use; "" for none.
func (e *evaluation) partsWarning(a *Assessment) string {
	if e.requirement.OnRetired == Allow {
		return ""
	}
	type part struct{ date, line string }
	var parts []part
	for _, id := range e.requirement.Services {
		for _, n := range a.Services[id].Notices {
			if n.RetiresOn != "" && !n.over(e.today) {
				line := fmt.Sprintf("  - of %s (%s), %s: %s", a.Services[id].Name, id, n.Scope, n.Ending())
				parts = append(parts, part{n.RetiresOn, line})
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.date, b.date) })
	var b strings.Builder
	for _, part := range parts[:min(len(parts), maxNotices)] {
		b.WriteString(part.line + "\n")
	}
	if more := len(parts) - maxNotices; more > 0 {
		fmt.Fprintf(&b, "  - and %d more, in the assessment and its reports\n", more)
	}
	b.WriteString("\nA workload that uses one of these has to move by then; any other need not do anything. " +
		"on_retired = \"allow\" silences this warning.")
	return b.String()
}

// Ending says when a service ends, and what follows it: "was retired on 2021-02-17;
// successor: Service b".
func Ending(verb string, on catalog.Date, successor string) string {
	text := verb + " on " + string(on)
	if successor != "" {
		text += "; successor: " + successor
	}
	return text
}

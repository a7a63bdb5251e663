package assess

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

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

// Limits of what a warning lists of parts of services.
const (
	maxNotices = 3  // that have a line each
	maxOwners  = 12 // services that are named where there are more
)

// parts lists the parts of required services that are still to be retired, such as a version or
// a tier that a workload may use: a line each, the next first, or all of them in one line, which
// names each service with the day on which the first of its parts ends.
func (e *evaluation) parts(a *Assessment) []string {
	type part struct {
		service string
		notice  Notice
	}
	var parts []part
	for _, id := range e.requirement.Services {
		for _, n := range a.Services[id].Notices {
			if n.RetiresOn != "" && !n.over(e.today) {
				parts = append(parts, part{id, n})
			}
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.notice.RetiresOn, b.notice.RetiresOn) })
	if len(parts) <= maxNotices {
		lines := make([]string, len(parts))
		for i, p := range parts {
			name := a.Services[p.service].Name
			lines[i] = fmt.Sprintf("  - of %s (%s), %s: %s", name, p.service, p.notice.Scope, p.notice.Ending())
		}
		return lines
	}
	var owners []string
	named := map[string]bool{}
	for _, p := range parts {
		if !named[p.service] {
			named[p.service] = true
			owners = append(owners, p.service+" ("+p.notice.RetiresOn+")")
		}
	}
	first := parts[0]
	line := fmt.Sprintf("  - %d parts of %s, which the assessment names: on %s %s of %s",
		len(parts), words.Count(len(owners), "service"), first.notice.RetiresOn, first.notice.Scope, first.service)
	if len(owners) > 1 {
		line += ", then of " + words.AtMost(owners[1:], maxOwners)
	}
	return []string{line}
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

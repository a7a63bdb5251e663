// Package render writes a roll-up over many workloads for people and machines: one file per
// format. It is pure: the same roll-up and time give the same bytes.
package render

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// format is one of the formats, by the extension of its files.
type format struct {
	extension string
	write     func(*fleet.RollUp, time.Time) (string, error)
}

// formats is the one list of them, in the order in which they are documented.
var formats = [...]format{
	{"html", writeHTML},
	{"md", writeMarkdown},
	{"csv", writeCSV},
	{"json", writeJSON},
}

// Extensions lists the extensions of files that can be written, without the dot.
func Extensions() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.extension)
	}
	return out
}

// CheckName says what is wrong with the name of a file to be written, by its extension.
func CheckName(name string) error {
	if _, ok := formatOf(name); !ok {
		return words.Errorf("the file %q has no extension that says what to write, expected one of .%s", name,
			strings.Join(Extensions(), ", ."))
	}
	return nil
}

func formatOf(name string) (format, bool) {
	extension := strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")
	i := slices.IndexFunc(formats[:], func(f format) bool { return f.extension == extension })
	if i < 0 {
		return format{}, false
	}
	return formats[i], true
}

// Render writes a roll-up in the format that the extension of a file's name says. The time
// is when it was rolled up.
func Render(r *fleet.RollUp, name string, now time.Time) (string, error) {
	f, ok := formatOf(name)
	if !ok {
		return "", CheckName(name)
	}
	return f.write(r, now)
}

// writeJSON writes the canonical JSON, which has the day and not the time.
func writeJSON(r *fleet.RollUp, _ time.Time) (string, error) {
	text, _, err := r.Encode()
	return text, err
}

// Headline sums a roll-up up in one sentence.
func Headline(r *fleet.RollUp) string {
	c := r.Counts
	failing := c.Workloads - c.Passed
	total := thousands(c.Workloads) + " workloads"
	switch {
	case c.Workloads == 0:
		return "There is no workload"
	case c.Workloads == 1 && failing == 0:
		return "The one workload passes"
	case c.Workloads == 1:
		return "The one workload does not pass"
	case failing == 0:
		return "All " + total + " pass"
	case failing == 1:
		return "1 of " + total + " does not pass"
	}
	return thousands(failing) + " of " + total + " do not pass"
}

// thousands writes a number with its thousands apart.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// about says what a status means.
func about(s fleet.Status) string {
	switch s {
	case fleet.Missing:
		return "expected, and no verdict counts"
	case fleet.Failed:
		return "the verdict has gaps"
	case fleet.Expired:
		return "passed, and no longer holds"
	case fleet.Stale:
		return "passed, and signed too long ago"
	case fleet.Passed:
		return "passed, and holds"
	}
	return ""
}

// nobody stands for the approver of an exception that names none.
const nobody = "(nobody)"

func approver(name string) string {
	if name == "" {
		return nobody
	}
	return name
}

// ageWords says how old exceptions are.
func ageWords(r *fleet.RollUp, i int) string {
	from := r.Ages[i].FromDays
	if i+1 == len(r.Ages) {
		return fmt.Sprintf("%d days and more", from)
	}
	return fmt.Sprintf("%d to %d days", from, r.Ages[i+1].FromDays-1)
}

// exceptionWords are an exception in a line.
func exceptionWords(e fleet.Exception) string {
	s := e.Service + "/" + e.Control + " until " + string(e.Ends)
	if e.Approver != "" {
		s += ", approved by " + e.Approver
	}
	if e.Ticket != "" {
		s += " (" + e.Ticket + ")"
	}
	return s
}

// issue names an issue of a register.
func issue(name string, issued catalog.Date) string { return name + " of " + string(issued) }

// age says whether there is a newer issue of a register.
func age(r fleet.Register) string {
	if r.Old {
		return "old"
	}
	return "newest"
}

// short is the beginning of a digest, by which a page finds it.
func short(digest string) string {
	hex := strings.TrimPrefix(digest, "sha256:")
	return hex[:min(len(hex), 12)]
}

// aboutWeakening says what lowers the bar, "" for what is not known.
func aboutWeakening(name string) string {
	switch name {
	case assess.WeakenedByAsOf:
		return "newer documents are left out"
	case assess.WeakenedByCorrections:
		return "a source of the catalogue speaks in the name of an earlier one"
	case assess.WeakenedByInline:
		return "exceptions stand in the requirement itself, beside registers"
	case assess.WeakenedByNoCatalog:
		return "the embedded catalogue is left out"
	case assess.WeakenedByOwnSettings:
		return "checks pass by settings of another source than their documents"
	case assess.WeakenedByRatchet:
		return "gaps of the last apply are tolerated"
	case assess.WeakenedByWarn:
		return "gaps are warnings"
	case attest.WeakenedByOwnDocuments:
		return "findings rest on documents besides the embedded catalogue"
	}
	return ""
}

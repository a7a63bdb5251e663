package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// relatedRequirements begins the source of a mapping by what AWS says its checks are related to; the counts
// follow.
const relatedRequirements = "Amazon, for AWS: awsdocs/aws-security-hub-user-guide@bda5bf7 related requirements: "

// A check of Security Hub, as labels of statements name it.
var securityHubCheck = regexp.MustCompile(`[A-Za-z0-9]+\.[0-9]+`)

// carried counts the checks that show a control, of those whose related requirements are known, and how
// many of them carry an identifier.
func (f *awsFacts) carried(control, identifier string) string {
	seen := map[string]bool{}
	all, carry := 0, 0
	for _, row := range f.features {
		if row.control != control || !strings.HasPrefix(row.label, "Security Hub ") {
			continue
		}
		for _, check := range securityHubCheck.FindAllString(row.label, -1) {
			requirements, ok := f.requirements[check]
			if !ok || seen[check] {
				continue
			}
			seen[check] = true
			all++
			if slices.Contains(requirements, identifier) {
				carry++
			}
		}
	}
	return fmt.Sprintf("%d of %d checks that show this control carry this identifier", carry, all)
}

// checkCrosswalk refuses mappings by related requirements whose counts are others than those of the tables.
func (f *awsFacts) checkCrosswalk() error {
	for _, r := range f.crosswalk {
		if rest, ok := strings.CutPrefix(r.source, relatedRequirements); ok {
			if want := f.carried(r.control, r.identifier); rest != want {
				return fmt.Errorf("aws-crosswalk.csv: %s is mapped to %s by %q, the tables say %q",
					r.control, r.identifier, rest, want)
			}
		}
	}
	return nil
}

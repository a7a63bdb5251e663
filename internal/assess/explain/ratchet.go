package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// TolerationSummary heads the warning about gaps that a ratchet tolerates.
const TolerationSummary = "Gaps are tolerated"

// Limits of what the warning lists: it comes with every plan.
const (
	maxTolerated         = 20 // checks
	maxToleratedServices = 10 // of one check
)

// Toleration lists what a ratchet tolerates, by check; "" for nothing.
func Toleration(a *assess.Assessment) string {
	services := map[string][]string{} // by check
	failing := map[string]bool{}
	for _, gap := range a.Tolerated() {
		service, check := assess.CutGap(gap)
		services[check] = append(services[check], service)
		failing[service] = true
	}
	if len(services) == 0 {
		return ""
	}
	checks := slices.Sorted(maps.Keys(services))
	var lines []string
	for _, check := range checks[:min(len(checks), maxTolerated)] {
		lines = append(lines, "  - "+check+": "+words.AtMost(services[check], maxToleratedServices))
	}
	if more := len(checks) - maxTolerated; more > 0 {
		lines = append(lines, fmt.Sprintf("  - and %d more", more))
	}
	return fmt.Sprintf("The ratchet tolerates %s in %s, which the last apply had:\n\n%s\n\n"+
		"What is closed is not tolerated again. Reports and attestations name what is.",
		words.Count(len(a.Tolerated()), "gap"), words.Count(len(failing), "service"), strings.Join(lines, "\n"))
}

// Tolerated ends the explanation of a gap that a ratchet lets pass.
const Tolerated = "tolerated by the ratchet, since the last apply had this gap"

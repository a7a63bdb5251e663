package render

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/csvtable"
	"github.com/security-controls/terraform-provider-controls/internal/fleet"
)

// csvHeader names the columns. Names stay, new ones come last.
var csvHeader = []string{
	"kind", "workload", "status", "verified", "expected", "services", "checks", "gaps", "tolerated", "exceptions", "signed_at",
	"valid_until", "key", "issuer", "resource_uri", "source", "labels", "gap_list", "exception_list", "assessments", "policies",
	"catalogs", "reason", "registers", "weakened",
}

// writeCSV writes a line per workload, and one of the kind "rejected" for each text that
// counts for nothing, with what it says it is about.
func writeCSV(r *fleet.RollUp, _ time.Time) (string, error) {
	var b strings.Builder
	b.Grow(len(r.Workloads)*512 + 512)
	t := csvtable.New(&b)
	t.Row(csvHeader...)
	for _, w := range r.Workloads {
		t.Row(
			"workload", w.Name, string(w.Status), strconv.FormatBool(w.Verified), strconv.FormatBool(w.Expected),
			strconv.Itoa(w.Services), strconv.Itoa(w.Checks), strconv.Itoa(len(w.Gaps)), strconv.Itoa(w.Tolerated),
			strconv.Itoa(len(w.Exceptions)), w.SignedAt, w.ValidUntil, w.Key, w.Issuer, w.ResourceURI, w.Source,
			labels(w.Labels), list(w.Gaps, fleet.Gap.Check), list(w.Exceptions, exceptionWords),
			strings.Join(w.Assessments, "; "), strings.Join(w.Policies, "; "), strings.Join(w.Catalogs, "; "), "",
			list(w.Registers, func(r fleet.RegisterOf) string { return issue(r.Name, r.Issued) }), strings.Join(w.Weakened, "; "),
		)
	}
	for _, rejected := range r.Rejected {
		row := make([]string, len(csvHeader))
		row[0], row[1] = "rejected", strings.Join(rejected.Claims, "; ")
		row[slices.Index(csvHeader, "source")], row[slices.Index(csvHeader, "reason")] = rejected.Source, rejected.Reason
		t.Row(row...)
	}
	return t.End()
}

// labels writes labels in a line, sorted by name.
func labels(m map[string]string) string {
	return list(slices.Sorted(maps.Keys(m)), func(name string) string { return name + "=" + m[name] })
}

func list[T any](values []T, text func(T) string) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, text(v))
	}
	return strings.Join(parts, "; ")
}

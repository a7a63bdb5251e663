package assess

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The limits of labels: they are for sorting workloads, not for documents.
const (
	MaxLabels     = 100
	MaxLabelValue = 200 // characters
)

// workloadName is plain ASCII, so that a name looks like no other one, and is sorted alike
// everywhere. A slash parts what belongs to what: "shop/prod".
var workloadName = lazyregexp.Regexp{Expression: `^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$`}

// workloadPattern is a name in which an asterisk may stand anywhere.
var workloadPattern = lazyregexp.Regexp{Expression: `^[A-Za-z0-9*][A-Za-z0-9*._/-]{0,99}$`}

// labelKey has no capitals: a key that differs from a field of an assessment in case alone
// would be taken for that field by some readers of JSON.
var labelKey = lazyregexp.Regexp{Expression: `^[a-z0-9][a-z0-9._/-]{0,99}$`}

// workloadForm says what names of workloads and labels are made of.
const workloadForm = "letters, digits and . _ / - only, at most 100 of them, a letter or digit first"

// WorkloadProblem says what keeps a text from being the name of a workload, or "".
func WorkloadProblem(name string) string {
	if workloadName.MatchString(name) {
		return ""
	}
	return words.Sprintf("%q cannot name a workload: use %s.", name, workloadForm)
}

// PatternProblem says what keeps a text from being a pattern of workloads, or "".
func PatternProblem(pattern string) string {
	if workloadPattern.MatchString(pattern) {
		return ""
	}
	return words.Sprintf("%q is no name of a workload and no pattern of such names: use %s; "+
		"* stands for any characters, also for none.", pattern, workloadForm)
}

// LabelProblem says what keeps a text from being the key of a label, or "".
func LabelProblem(key string) string {
	if labelKey.MatchString(key) {
		return ""
	}
	return words.Sprintf("%q cannot be the key of a label: use lower-case %s.", key, workloadForm)
}

// MatchesWorkload reports whether a name or pattern is for a workload. An asterisk stands for
// any characters, a slash among them, or for none. Upper and lower case differ. The workload
// without a name is matched by nothing.
func MatchesWorkload(pattern, workload string) bool {
	if workload == "" {
		return false
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == workload
	}
	first, last := parts[0], parts[len(parts)-1]
	rest, ok := strings.CutPrefix(workload, first)
	if !ok {
		return false
	}
	if rest, ok = strings.CutSuffix(rest, last); !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return true
}

// AnyMatchesWorkload reports whether one of several patterns is for a workload.
func AnyMatchesWorkload(patterns []string, workload string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return MatchesWorkload(p, workload) })
}

// checkWorkload reports a workload and labels that are none.
func checkWorkload(r Requirement) []error {
	var errs []error
	report := func(attribute, key, value, summary, detail string) {
		errs = append(errs, &InputError{Attribute: attribute, Key: key, Value: value, Summary: summary, Detail: detail})
	}
	if problem := WorkloadProblem(r.Workload); r.Workload != "" && problem != "" {
		report("workload", "", r.Workload, "Malformed workload", problem)
	}
	if n := len(r.Labels); n > MaxLabels {
		report("labels", "", "", "Too many labels", fmt.Sprintf("There are %d labels, expected at most %d.", n, MaxLabels))
	}
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		value := r.Labels[key]
		switch {
		case LabelProblem(key) != "":
			report("labels", key, value, "Malformed label", LabelProblem(key))
		case plaintext.Blank(value):
			report("labels", key, value, "Malformed label", words.Sprintf("The label %q shows nothing. Give it a value, or "+
				"leave it out.", key))
		case len([]rune(value)) > MaxLabelValue || strings.ContainsFunc(value, plaintext.Deceptive):
			report("labels", key, value, "Malformed label", words.Sprintf("The label %q is not one line of plain text of at "+
				"most %d characters.", key, MaxLabelValue))
		}
	}
	return errs
}

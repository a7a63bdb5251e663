package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/assess/explain"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// addCatalogError reports why no catalogue can be had. Everybody who needs it has to fail,
// but only the first one of a run lists all that is wrong, and the others the first of it.
// data is nil where only the build can be broken.
// The errors are indented: Terraform does not break such lines, so that each "file:line:
// message" stays in one piece.
func addCatalogError(diags *diag.Diagnostics, data *providerData, err error) {
	text := err.Error()
	if more := fault.Count(err) - 1; more > 0 && data != nil && data.catalogTold.Swap(true) {
		first, _, _ := strings.Cut(text, "\n")
		text = fmt.Sprintf("%s\nand %d more, listed once in this run", first, more)
	}
	diags.AddError("Catalogue cannot be read",
		"  "+strings.ReplaceAll(text, "\n", "\n  ")+"\n\n"+
			"Correct what is named above in the sources under catalog_sources of the provider. "+
			"Nothing is taken from a catalogue that is only partly in order.\n\n"+
			"To destroy all the same: terraform destroy -refresh=false")
}

// maxSilences is how many places a warning names.
const maxSilences = 5

// addSilences tells, once in a run, what of the sources says nothing of a control by its
// own words, and was not taken.
func addSilences(diags *diag.Diagnostics, data *providerData, c *catalog.Catalog) {
	silences := c.Silences()
	if len(silences) == 0 || data.silencesTold.Swap(true) {
		return
	}
	var lines []string
	for _, s := range silences {
		lines = append(lines, fmt.Sprintf("%s, %s:", s.Source, words.Count(len(s.Places), "place")))
		for _, place := range s.Places[:min(len(s.Places), maxSilences)] {
			lines = append(lines, "  - "+place)
		}
		if more := len(s.Places) - maxSilences; more > 0 {
			lines = append(lines, fmt.Sprintf("  - and %d more", more))
		}
	}
	diags.AddWarning("Parts of catalog_sources say nothing of a control",
		strings.Join(lines, "\n")+"\n\nNothing is taken from them: what they might mean is undocumented, and a gap where it is "+
			"required. If you read requirements without a status as \"Yes\", say default_status = \"yes\" of the source: "+
			"assessments and reports then name it as your reading.")
}

// addCacheProblem tells, once in a run, that what was read from registries cannot be kept.
func addCacheProblem(diags *diag.Diagnostics, data *providerData) {
	if problem := data.registry.cacheProblem(); problem != nil && !data.cacheTold.Swap(true) {
		diags.AddWarning("Cache cannot be written", words.Sentence(problem.Error()))
	}
}

// addEvaluationError reports what is wrong with a requirement at the attributes to blame.
func addEvaluationError(diags *diag.Diagnostics, err error, paths argumentPaths) {
	for _, e := range unjoin(err) {
		var input *assess.InputError
		if !errors.As(e, &input) {
			diags.AddError("Requirement cannot be evaluated", e.Error())
			continue
		}
		detail := input.Detail
		if input.Nth > 0 && input.Field != "" {
			detail = paths.field(input.Attribute, input.Nth-1, input.Field) + ": " + detail
		}
		diags.AddAttributeError(inputPath(input, paths), input.Summary, detail)
	}
}

// unjoin takes apart what errors.Join put together.
func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// inputPath is the attribute path of an InputError. An element of a set has no path
// that Terraform could show, nor has an attribute within a list entry: the set and the
// entry stand for them.
func inputPath(e *assess.InputError, paths argumentPaths) path.Path {
	p := paths.at(e.Attribute, e.Nth-1)
	if e.Key != "" && paths.whole == "" {
		return p.AtMapKey(e.Key)
	}
	return p
}

// addWarnings reports what a requirement's maker should be told.
func addWarnings(diags *diag.Diagnostics, warnings []assess.Warning, paths argumentPaths) {
	for _, w := range warnings {
		diags.AddAttributeWarning(paths.at(w.Attribute, w.Nth-1), w.Summary, w.Detail)
	}
}

// addGaps reports the gaps of an assessment, all of them in one error or warning: they are at
// one attribute, and each further error would repeat what to do about them.
func addGaps(diags *diag.Diagnostics, x *explain.Explainer, services path.Path, enforcement, remark string) {
	text, err := x.Text()
	if err != nil {
		diags.AddError("Alternatives cannot be looked up", words.Sentence(err.Error()))
	}
	switch {
	case text == "":
	case enforcement == assess.EnforcementWarn:
		diags.AddAttributeWarning(services, explain.GapSummary, text)
	default:
		diags.AddAttributeError(services, explain.GapSummary, strings.TrimSpace(remark+"\n\n"+text))
	}
}

// addDeferred says what is not known yet, and that it will be checked.
func addDeferred(diags *diag.Diagnostics, what []string) {
	diags.AddWarning("Some checks wait for the apply",
		fmt.Sprintf("Not known yet: %s. What depends on that is checked during the apply, before this resource is written; "+
			"resources that do not depend on this one may be applied before. "+
			"Nothing passes because it is unknown.\n\n"+
			"Where all is known during the plan, a gap fails the plan itself: "+
			"prefer values of the configuration to results of resources, "+
			"and leave depends_on, and references to resources, out of data sources, "+
			"since both put off reading them.", strings.Join(what, ", ")))
}

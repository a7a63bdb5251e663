package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// stringRule is a validator of known strings: a description, and a function that says
// what is wrong with a value and what to do, or "".
type stringRule struct {
	description string
	summary     string
	problem     func(string) string
}

func (r stringRule) Description(context.Context) string         { return r.description }
func (r stringRule) MarkdownDescription(context.Context) string { return r.description }

func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := r.problem(req.ConfigValue.ValueString()); problem != "" {
		at, within := entryOf(req.Path)
		if within {
			problem = namedPath(req.Path) + ": " + problem
		}
		resp.Diagnostics.AddAttributeError(at, r.summary, problem)
	}
}

// entryOf returns the path of the list entry that a path leads into, and whether it
// leads further than that. Terraform finds the line of an entry, but of what is within
// it, it shows the head of the resource alone.
func entryOf(p path.Path) (entry path.Path, within bool) {
	entry = path.Empty()
	steps := p.Steps()
	for i, step := range steps {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			entry = entry.AtName(string(step))
		case path.PathStepElementKeyInt:
			return entry.AtListIndex(int(step)), i < len(steps)-1
		default:
			return p, false
		}
	}
	return p, false
}

// namedPath is a path as people write it; an element of a set, which has no name, is named
// by its set.
func namedPath(p path.Path) string {
	if last, _ := p.Steps().LastStep(); last != nil {
		if _, ok := last.(path.PathStepElementKeyValue); ok {
			p = p.ParentPath()
		}
	}
	return p.String()
}

// notBlank refuses a string without a visible character, zero-width ones included.
func notBlank() validator.String {
	return stringRule{"must not be blank", "Blank value", func(s string) string {
		if plaintext.Blank(s) {
			return "The value is blank. Write what the attribute asks for, or leave it out where it is optional."
		}
		return ""
	}}
}

// isID accepts the form of an id. What does not have it may be a documented label or a
// name, and is answered with its id where the embedded catalogue, which is there without
// any configuration, knows it.
func isID(what string) validator.String {
	return stringRule{"must have the form of an id", "Malformed " + what + " id", func(s string) string {
		if catalog.ValidID(s) {
			return ""
		}
		problem := words.Sprintf("%q is not the id of a %s: ids have lower-case letters, digits and single hyphens.", s, what)
		list := " data.controls_services lists the services."
		c, err := loader.Catalog(loader.Options{Embedded: true})
		if err != nil {
			return problem + " " + err.Error()
		}
		suggestions := c.SuggestServices(s)
		if what == "control" {
			list = " data.controls_definitions lists the controls, with the labels that documents use."
			suggestions = c.SuggestControls(s)
		}
		if len(suggestions) > 0 {
			problem += words.Sprintf(" Did you mean %q?", suggestions[0])
		}
		return problem + list
	}}
}

// isDate accepts YYYY-MM-DD.
func isDate() validator.String {
	return stringRule{"must be a date in the form YYYY-MM-DD", "Malformed date", func(s string) string {
		if _, err := catalog.ParseDate(s); err != nil {
			return words.Sentence(err.Error())
		}
		return ""
	}}
}

// isGroupName accepts what may name a group. A slash would blur "service/group".
func isGroupName() validator.String {
	return stringRule{"must name a group", "Malformed group name", func(s string) string {
		if assess.ValidGroupName(s) {
			return ""
		}
		return words.Sprintf("%q cannot name a group: use letters, digits, spaces and . _ : ( ) + - only, "+
			"at most 100 of them, a letter or digit first, "+
			"and not the word \"lifecycle\", which stands for a retired service.", s)
	}}
}

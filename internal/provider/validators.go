package provider

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-controls/internal/catalog"
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
		resp.Diagnostics.AddAttributeError(req.Path, r.summary, problem)
	}
}

// notBlank refuses a string without a visible character.
func notBlank() validator.String {
	return stringRule{"must not be blank", "Blank value", func(s string) string {
		if strings.TrimSpace(s) == "" {
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
		problem := fmt.Sprintf("%q is not the id of a %s: ids have lower-case letters, digits and single hyphens.", s, what)
		list := " data.controls_services lists the services."
		c, err := catalog.Load(catalog.Options{Embedded: true})
		if err != nil {
			return problem + " " + err.Error()
		}
		suggestions := c.SuggestServices(s)
		if what == "control" {
			list = " data.controls_definitions lists the controls, with the labels that documents use."
			suggestions = c.SuggestControls(s)
		}
		if len(suggestions) > 0 {
			problem += fmt.Sprintf(" Did you mean %q?", suggestions[0])
		}
		return problem + list
	}}
}

// isDate accepts YYYY-MM-DD.
func isDate() validator.String {
	return stringRule{"must be a date in the form YYYY-MM-DD", "Malformed date", func(s string) string {
		if _, err := catalog.ParseDate(s); err != nil {
			return err.Error() + "."
		}
		return ""
	}}
}

// groupNames has the form of framework identifiers ("SC-28", "A.8.24", "AC-2(1)"). It is
// plain ASCII, so that an assessment sorts the same everywhere.
var groupNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._:()+-]{0,99}$`)

// isGroupName accepts what may name a group of any_of. A slash would blur "service/group".
func isGroupName() validator.String {
	return stringRule{"must name a group", "Malformed group name", func(s string) string {
		if groupNames.MatchString(s) {
			return ""
		}
		return fmt.Sprintf("%q cannot name a group: use letters, digits, spaces and . _ : ( ) + - only, at most 100 of them, a letter or digit first.", s)
	}}
}

package inforce

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
)

// The resource types of the azapi provider whose body is what a resource is to be. What
// the others send is a call, of which nobody knows what it leaves.
const (
	azapiResource = "azapi_resource"
	azapiUpdate   = "azapi_update_resource" // keeps what its body does not say
)

func ofAzapi(typ string) bool { return typ == azapiResource || typ == azapiUpdate }

// unevaluated says why what chooses a service cannot be looked at; "" where it can.
func (c *Configuration) unevaluated(ways []*catalog.Setting, p configuration.Place) string {
	if !c.evaluation.Declares(p.Address) {
		return "no resource block declares it"
	}
	if !strings.HasPrefix(p.Type, "azapi_") && !strings.Contains(p.Type, "/") {
		return ""
	}
	for _, i := range c.byConfig[p.Address] {
		if !ofAzapi(i.Type) || !strings.Contains(p.Type, "/") {
			return "what it sends is not evaluated"
		}
	}
	if !slices.ContainsFunc(ways, func(s *catalog.Setting) bool { return covers(s, p.Type) }) {
		return "the catalogue has no settings of its type for the azapi provider"
	}
	if setsUpWhole(p.Type) && !slices.ContainsFunc(ways, func(s *catalog.Setting) bool { return concerns(s, p.Type) }) {
		return "it sets up what it is a part of, and the catalogue has no settings of its type"
	}
	return ""
}

// setsUpWhole tells whether a part, by the last of its type's names, is not a thing of its own
// but says again how the whole is set up, as Microsoft.Web/sites/config does.
func setsUpWhole(arm string) bool {
	names := strings.Split(strings.ToLower(arm), "/")
	return len(names) > 2 && slices.Contains([]string{"config", "configurations", "slots"}, names[len(names)-1])
}

// covers tells whether a setting speaks of an ARM type, or of what the type is a part of:
// the settings of the whole are then what counts.
func covers(s *catalog.Setting, arm string) bool {
	spoken := []string{s.Type}
	if s.Companion != nil {
		spoken = s.Companion.Protects
	}
	arm = strings.ToLower(arm)
	return slices.ContainsFunc(spoken, func(typ string) bool {
		typ = strings.ToLower(typ)
		return strings.Contains(typ, "/") && (typ == arm || strings.HasPrefix(arm, typ+"/"))
	})
}

// sameType compares resource types; ARM types compare without case.
func sameType(a, b string) bool {
	return a == b || strings.Contains(a, "/") && strings.EqualFold(a, b)
}

// untyped is the ARM type of what has none that is certain.
const untyped = ""

// armType is the ARM type of an azapi resource without its version and in small letters,
// or untyped.
func armType(i *eval.Instance) string {
	elements := i.Argument("type")
	if len(elements) != 1 || elements[0].State != eval.Known {
		return untyped
	}
	text, known := textOf(elements[0].Value)
	bare, _, _ := strings.Cut(text, "@")
	if !known || !strings.Contains(bare, "/") {
		return untyped
	}
	return strings.ToLower(bare)
}

// overlaid says why the body of an azapi resource is not all that is sent; nil if it is.
func overlaid(argument string, i *eval.Instance) *Decider {
	if !ofAzapi(i.Type) || argument != "body" && !strings.HasPrefix(argument, "body.") {
		return nil
	}
	for _, other := range []string{"sensitive_body", "ignore_body_changes", "ignore_body_properties"} {
		for _, e := range i.Argument(other) {
			if e.State != eval.Absent {
				return &Decider{
					Address: i.Address, Argument: other, File: e.File, Line: e.Line,
					Why: "what is sent is not the body alone",
				}
			}
		}
	}
	return nil
}

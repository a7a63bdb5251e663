package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// stringSetType is a set of strings that may be large. The framework's own compares every
// element with every other, for duplicates each time that a value is read and for semantic
// equality in each refresh: more than half of a plan with 1,000 services.
type stringSetType struct{ basetypes.SetType }

// stringSet is a value of stringSetType.
type stringSet struct{ basetypes.SetValue }

var (
	_ basetypes.SetTypable                    = stringSetType{}
	_ basetypes.SetValuableWithSemanticEquals = stringSet{}
)

func newStringSetType() stringSetType {
	return stringSetType{types.SetType{ElemType: types.StringType}}
}

// Equal reports whether o is the same type.
func (t stringSetType) Equal(o attr.Type) bool {
	other, ok := o.(stringSetType)
	return ok && t.SetType.Equal(other.SetType)
}

// String returns a name for diagnostics.
func (t stringSetType) String() string { return "stringSetType" }

// ValueType is for reflection.
func (t stringSetType) ValueType(context.Context) attr.Value { return stringSet{} }

// ValueFromSet wraps a set.
func (t stringSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return stringSet{set}, nil
}

// ValueFromTerraform reads a set.
func (t stringSetType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	set, ok := value.(basetypes.SetValue)
	if !ok {
		return nil, errors.New("a set became another kind of value: this is a bug of the provider, please report it")
	}
	return stringSet{set}, nil
}

// Validate reports elements that are there twice, in the framework's words. An unknown
// element may turn out to be any.
func (t stringSetType) Validate(_ context.Context, in tftypes.Value, p path.Path) diag.Diagnostics {
	var diags diag.Diagnostics
	if !in.IsKnown() || in.IsNull() {
		return nil
	}
	var elements []tftypes.Value
	if err := in.As(&elements); err != nil {
		diags.AddAttributeError(p, "Set Type Validation Error",
			"This is always an error in the provider. Please report it: "+err.Error())
		return diags
	}
	seen := make(map[string]bool, len(elements))
	for _, element := range elements {
		if !element.IsKnown() || element.IsNull() {
			continue // null is refused where the requirement is read
		}
		var s string
		if err := element.As(&s); err != nil {
			diags.AddAttributeError(p, "Set Type Validation Error",
				"This is always an error in the provider. Please report it: "+err.Error())
			return diags
		}
		if seen[s] {
			diags.AddAttributeError(p, "Duplicate Set Element",
				fmt.Sprintf("This attribute contains duplicate values of: %s", element))
		}
		seen[s] = true
	}
	return diags
}

// Type returns the type of the set.
func (s stringSet) Type(context.Context) attr.Type { return newStringSetType() }

// Equal reports whether o is the same set.
func (s stringSet) Equal(o attr.Value) bool {
	other, ok := o.(stringSet)
	return ok && s.SetValue.Equal(other.SetValue)
}

// SetSemanticEquals reports whether prior is the same set, without asking the elements:
// strings know no other equality.
func (s stringSet) SetSemanticEquals(_ context.Context, prior basetypes.SetValuable) (bool, diag.Diagnostics) {
	return s.Equal(prior), nil
}

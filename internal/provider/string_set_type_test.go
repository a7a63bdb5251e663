package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What stringSetType finds in a set is what the framework's own type finds.
func TestStringSetType_Validate(t *testing.T) {
	t.Parallel()
	set := tftypes.Set{ElementType: tftypes.String}
	values := func(elements ...any) tftypes.Value {
		var out []tftypes.Value
		for _, e := range elements {
			out = append(out, tftypes.NewValue(tftypes.String, e))
		}
		return tftypes.NewValue(set, out)
	}
	for name, value := range map[string]tftypes.Value{
		"null":        tftypes.NewValue(set, nil),
		"unknown":     tftypes.NewValue(set, tftypes.UnknownValue),
		"empty":       values(),
		"distinct":    values("a", "b", "c"),
		"twice":       values("a", "b", "a"),
		"two twice":   values("a", "b", "a", "b"),
		"two unknown": values(tftypes.UnknownValue, "a", tftypes.UnknownValue),
		"one null":    values(nil, "a"),
		"another type": tftypes.NewValue(tftypes.Set{ElementType: tftypes.Bool}, []tftypes.Value{
			tftypes.NewValue(tftypes.Bool, true),
		}),
		"not even sets": tftypes.NewValue(tftypes.String, "a"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newStringSetType().Validate(t.Context(), value, path.Root("services"))
			if name == "another type" {
				if !got.HasError() {
					t.Error("no error for a set of another type")
				}
				return // which the framework's own type leaves to others
			}
			want := newStringSetType().SetType.Validate(t.Context(), value, path.Root("services"))
			if got.ErrorsCount() != want.ErrorsCount() {
				t.Fatalf("got %v, want %v", got, want)
			}
			for i := range got {
				if got[i].Summary() != want[i].Summary() {
					t.Errorf("got %v, want %v", got[i], want[i])
				}
			}
		})
	}
}

func TestStringSet_Equal(t *testing.T) {
	t.Parallel()
	set := func(elements ...string) stringSet {
		value, diags := basetypes.NewSetValueFrom(t.Context(), newStringSetType().ElemType, append([]string{}, elements...))
		if diags.HasError() {
			t.Fatal(diags)
		}
		return stringSet{value}
	}
	for _, test := range []struct {
		a, b stringSet
		want bool
	}{
		{set("a", "b"), set("b", "a"), true},
		{set("a"), set("a", "b"), false},
		{set("a", "c"), set("a", "b"), false},
		{stringSet{basetypes.NewSetNull(newStringSetType().ElemType)}, set(), false},
	} {
		got, diags := test.a.SetSemanticEquals(t.Context(), test.b)
		if got != test.want || diags.HasError() || test.a.Equal(test.b) != test.want {
			t.Errorf("%s and %s: got %t, want %t", test.a, test.b, got, test.want)
		}
	}
	if set("a").Equal(set("a").SetValue) {
		t.Error("a set of the framework's own type is equal")
	}
}

package inforce

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// classify is what a known value means. It is not given if it is empty where any value
// counts: an empty string or list is what an argument has that is left out.
func classify(row catalog.SettingRow, v cty.Value, inverted, adverse bool) (state State, given bool) {
	if inverted {
		b, err := convert.Convert(v, cty.Bool)
		if err != nil {
			return Unknown, true
		}
		v = b.Not()
	}
	ty := v.Type()
	if ty.IsListType() || ty.IsTupleType() || ty.IsSetType() {
		return classifyList(row, v, adverse)
	}
	if parts, ok := listed(row, v); ok {
		return classifyList(row, parts, adverse)
	}
	switch {
	case matches(row.Off.List, v):
		return Off, true
	case matches(row.On.List, v):
		return On, true
	case empty(v):
		return Unknown, !row.On.Any && !row.Off.Any
	case emptyJSON(v):
		return Unknown, true
	case reserved(v):
		return Off, true
	case row.Off.Any:
		return Off, true
	case row.On.Any:
		return On, true
	}
	return Unknown, true
}

// classifyList is what a list means: off if it has a value that means off, then on if it
// has one that means on. Of a feature that one does not want, it is on if it has a value
// that means on, and off only if all do that mean off.
func classifyList(row catalog.SettingRow, v cty.Value, adverse bool) (state State, given bool) {
	if v.LengthInt() == 0 {
		return Unknown, false
	}
	on, off, open := false, false, false
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		switch state, given := classify(catalog.SettingRow{On: row.On, Off: row.Off}, element, false, adverse); {
		case given && state == Off:
			off = true
		case given && state == On:
			on = true
		default:
			open = true
		}
	}
	switch {
	case adverse && on:
		return On, true
	case adverse && open:
		return Unknown, true
	case off:
		return Off, true
	case on:
		return On, true
	}
	return Unknown, open
}

// listed is what a text lists with commas, as arguments did that are lists in later versions of
// the provider, where one entry is enough to mean off.
func listed(row catalog.SettingRow, v cty.Value) (parts cty.Value, ok bool) {
	text, ok := textOf(v)
	if !ok || !row.On.Any || len(row.Off.List) == 0 || !strings.Contains(text, ",") {
		return v, false
	}
	var all []cty.Value
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, cty.StringVal(part))
		}
	}
	return cty.TupleVal(all), true
}

func empty(v cty.Value) bool {
	if v.IsNull() {
		return true
	}
	if v.Type() == cty.String {
		return strings.TrimSpace(v.AsString()) == ""
	}
	return v.Type().IsMapType() && v.LengthInt() == 0
}

// emptyJSON tells whether a value is the JSON of nothing. Of a policy it may take away the one
// that is there.
func emptyJSON(v cty.Value) bool {
	text, ok := textOf(v)
	return ok && slices.Contains([]string{"{}", "[]", "null"}, strings.Join(strings.Fields(text), ""))
}

// textOf is a text, if a value is one.
func textOf(v cty.Value) (text string, ok bool) {
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// reserved tells whether a value names a key that AWS manages, which is nobody's own. A policy
// that speaks of one does not.
func reserved(v cty.Value) bool {
	text, ok := textOf(v)
	return ok && !strings.HasPrefix(strings.TrimSpace(text), "{") &&
		(strings.HasPrefix(text, "alias/aws/") || strings.Contains(text, ":alias/aws/"))
}

// matches compares a value with literals, each in the literal's type, as the provider would
// have it: the string "true" is true. Strings are compared exactly.
func matches(literals []any, v cty.Value) bool {
	return slices.ContainsFunc(literals, func(literal any) bool {
		var want cty.Value
		switch literal := literal.(type) {
		case string:
			want = cty.StringVal(literal)
		case bool:
			want = cty.BoolVal(literal)
		case float64:
			want = cty.NumberFloatVal(literal)
		default:
			return false
		}
		if v.IsNull() || !v.Type().IsPrimitiveType() {
			return false
		}
		got, err := convert.Convert(v, want.Type())
		return err == nil && got.Equals(want).True()
	})
}

package eval

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// affordable tells whether calling a function ends soon and makes nothing too large. Most
// make something of the size of what they get.
//
//nolint:cyclop // a case for each function that can make more than it gets
func affordable(b *budget, name string, args []cty.Value) bool {
	n := 0
	for _, arg := range args {
		m, ok := size(arg, b.size)
		n += m
		if !ok || !b.fits(n) {
			return false
		}
	}
	switch name {
	case "setproduct":
		n = 1
		for _, arg := range args {
			n *= max(1, length(arg))
			if !b.fits(n) {
				return false
			}
		}
		n *= len(args)
	case "replace":
		n = replaced(args)
	case "join":
		n += len(text(args, 0)) * n
	case "format", "formatlist":
		if wide(text(args, 0)) {
			return false
		}
		longest := 1
		for _, arg := range args {
			longest = max(longest, length(arg))
		}
		n *= longest
	case "indent":
		n += indentation(args) * n
	case "distinct", "matchkeys":
		longest := 1
		for _, arg := range args {
			longest = max(longest, length(arg))
		}
		return b.spend(longest * longest)
	case "regex", "regexall":
		return b.spend(n + len(text(args, 0))*len(text(args, 1)))
	case "cidrsubnets":
		const calculation = 100 // what one subnet costs
		return b.fits(n) && b.spend(calculation*n)
	case "jsondecode":
		return openers(text(args, 0)) < 10_000 && b.spend(n)
	case "parseint", "tonumber":
		return len(text(args, 0)) < maxExponent && b.spend(n)
	}
	return b.fits(n) && b.spend(n)
}

// text is an argument that is a known string.
func text(args []cty.Value, i int) string {
	if i >= len(args) {
		return ""
	}
	v := unmarkTop(args[i])
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// length is how many elements a known collection has.
func length(v cty.Value) int {
	v = unmarkTop(v)
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return v.LengthInt()
}

// replaced is how large the result of a replacement is at most.
func replaced(args []cty.Value) int {
	s, old, with := text(args, 0), text(args, 1), text(args, 2)
	if len(old) > 1 && strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/") {
		if groups := strings.Count(with, "$"); groups > 0 {
			return len(s) + 64*(len(with)+groups*len(s))
		}
		return len(s) + (len(s)+1)*len(with)
	}
	return len(s) + strings.Count(s, old)*len(with)
}

// wide tells whether a format pads to a width, or with a precision, of more than three digits.
func wide(format string) bool {
	digits := 0
	for _, r := range format {
		if r < '0' || r > '9' {
			digits = 0
			continue
		}
		if digits++; digits > 3 && strings.Contains(format, "%") {
			return true
		}
	}
	return false
}

func indentation(args []cty.Value) int {
	v := unmarkTop(args[0])
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return 1
	}
	spaces, _ := v.AsBigFloat().Float64()
	return int(max(0, min(spaces, 1e6)))
}

// openers is how deeply a JSON text can nest at most.
func openers(text string) int { return strings.Count(text, "[") + strings.Count(text, "{") }

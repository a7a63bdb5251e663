package eval

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// What a text that is not known starts with is certain of some: of what jsonencode makes of an
// object, of a template that starts with what is written out, and of a few attributes. Whatever else makes a text of
// one leaves nothing of it.

// jsonEncode is jsonencode. Of an object with attributes of which not all are known, it is certain
// how the text starts.
func jsonEncode() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anything("val")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			if ty := v.Type(); !v.IsKnown() || v.IsNull() || v.IsWhollyKnown() || !ty.IsObjectType() && !ty.IsMapType() ||
				v.LengthInt() == 0 {
				return stdlib.JSONEncode(v)
			}
			return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(`{"`).NewValue(), nil
		},
	})
}

// longestStart is how much is kept of what a text starts with.
const longestStart = 128

// startingLike is a text that is not known but for the first parts of its template, if these are
// written out and start an object.
func startingLike(parts []hclsyntax.Expression) cty.Value {
	start := ""
	for _, part := range parts {
		l, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok || !isText(l.Val) || len(start) > longestStart {
			break
		}
		start += l.Val.AsString()
	}
	start, ok := objectStart(start)
	if !ok || len(start) > longestStart {
		return cty.UnknownVal(cty.String)
	}
	// Neither brackets nor quotes become another character by what follows them.
	return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull(start).NewValue()
}

// objectStart is what a text starts with that is, if it is JSON, an object which is not empty: all
// up to the first quote.
func objectStart(text string) (start string, ok bool) {
	const space = " \t\r\n"
	inner, ok := strings.CutPrefix(strings.TrimLeft(text, space), "{")
	inner = strings.TrimLeft(inner, space)
	if !ok || !strings.HasPrefix(inner, `"`) {
		return "", false
	}
	return text[:len(text)-len(inner)+1], true
}

// objectTexts are attributes of data sources that are never null, and always the text of an object
// that is not empty, as the source of the provider writes it.
var objectTexts = map[string]bool{
	// hashicorp/aws, internal/service/iam/policy_document_data_source.go: it sets this to the
	// indented JSON of a document, whose first attribute is its version, of which there is a default.
	"aws_iam_policy_document.json": true,
}

// outside is what a reference is that leads out of the files: nothing is known of it, but for the
// attributes above of an instance of a data source that is certainly there.
func (sc *scope) outside(root string, rest hcl.Traversal) cty.Value {
	if root != "data" || len(rest) < 3 {
		return cty.DynamicVal
	}
	names := namesIn(rest[:2])
	attribute, ok := attributeName(rest[len(rest)-1:])
	if len(names) != 2 || !ok || !objectTexts[names[0]+"."+attribute] {
		return cty.DynamicVal
	}
	key := names[0] + "." + names[1]
	x := sc.expanded("data."+key, sc.names.data[key])
	if x == nil || x.item(rest[2:]) == nil {
		return cty.DynamicVal
	}
	if rest = rest[2:]; x.kind != single {
		rest = rest[1:]
	}
	if len(rest) != 1 {
		return cty.DynamicVal
	}
	return cty.UnknownVal(cty.String).Refine().NotNull().StringPrefixFull("{\n  \"").NewValue()
}

// isObjectText tells whether a value that is not known is certainly a text that starts an object.
func isObjectText(v cty.Value) bool {
	if v.IsKnown() || v.IsMarked() || v.Type() != cty.String || !v.Range().DefinitelyNotNull() {
		return false
	}
	_, ok := objectStart(v.Range().StringPrefix())
	return ok
}

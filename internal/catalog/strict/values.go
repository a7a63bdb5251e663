package strict

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Each of the methods whose name begins with Read returns a value, or the zero value
// after an error; what names the value in that ("title"). The functions of the same name
// without Read make a field of them.

// text returns a plain or quoted string as it is written.
func (r *Reader) text(n *Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		hint := ""
		if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" && n.Style&yaml.TaggedStyle == 0 {
			hint = " (put it in quotes)"
		}
		r.Fail(n.Line, "%s is %s, expected text%s", what, KindOf(n), hint)
		return "", false
	}
	return n.Value, true
}

// Any is the field of a text that nothing is made of.
func (r *Reader) Any(what string) Field {
	return Field{Read: func(n *Node) { r.text(n, what) }}
}

// ReadText returns one line of text that is not blank, of at most limit characters. White
// space folds into single spaces: YAML's folded blocks leave line ends that mean nothing
// here.
func (r *Reader) ReadText(n *Node, what string, limit int) string {
	s, ok := r.text(n, what)
	if !ok {
		return ""
	}
	length := utf8.RuneCountInString(s) // as written, which is what the schema can count
	s = catalog.FoldText(s)
	switch {
	case plaintext.Blank(s):
		r.Fail(n.Line, "%s is blank, expected text", what)
	case length > limit:
		r.Fail(n.Line, "%s has %d characters, expected at most %d", what, length, limit)
	case strings.ContainsFunc(s, plaintext.Deceptive):
		// These would reach terminals, and could hide what a diagnostic says.
		r.Fail(n.Line, "%s has a control or text-direction character, expected plain text", what)
	default:
		return s
	}
	return ""
}

// Text is the field of a text; see ReadText.
func (r *Reader) Text(dst *string, what string, limit int) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadText(n, what, limit) }}
}

// Texts is the field of a list of short texts, such as names.
func (r *Reader) Texts(dst *[]string, what string) Field {
	return Field{Read: func(n *Node) {
		r.List(n, what, func(item *Node) {
			if s := r.ReadText(item, "an entry of "+what, catalog.MaxTitle); s != "" {
				*dst = append(*dst, s)
			}
		})
	}}
}

// ReadID returns the id of a control, service or document.
func (r *Reader) ReadID(n *Node, what string) string {
	s, ok := r.text(n, what)
	if ok && !catalog.ValidID(s) {
		r.FailID(n.Line, strings.TrimPrefix(what, "an entry of "), s,
			"%s %q is malformed, expected lower-case letters, digits and single hyphens, such as %q",
			what, quote(s), exampleOf(what))
		return ""
	}
	return s
}

// exampleOf is an id of the kind that is wanted.
func exampleOf(what string) string {
	switch what {
	case "the service's id", "service":
		return catalog.ExampleService
	case "the document's id":
		return "azure-key-vault-2026-01-31"
	case "the cloud's id", "cloud":
		return "azure"
	case "the register's name":
		return "security-board"
	case "category":
		return "data-protection"
	}
	return catalog.ExampleControl
}

// ID is the field of an id.
func (r *Reader) ID(dst *string, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadID(n, what) }}
}

// IDs is the field of a list of ids.
func (r *Reader) IDs(dst *[]string, what string) Field {
	return Field{Read: func(n *Node) {
		r.List(n, what, func(item *Node) { *dst = append(*dst, r.ReadID(item, "an entry of "+what)) })
	}}
}

// typeForm keeps out what no resource type could ever match: spaces, and an ARM type
// with its version, which a look-up cuts off.
var typeForm = lazyregexp.Regexp{Expression: `^[^\s@]+$`}

// ReadType returns a resource type, or a prefix of several.
func (r *Reader) ReadType(n *Node, what string) string {
	s := r.ReadText(n, what, catalog.MaxTitle)
	if s != "" && !typeForm.MatchString(s) {
		r.Fail(n.Line, "%s %q is malformed, expected a resource type without a version, "+
			"such as \"azurerm_key_vault\" or \"Microsoft.KeyVault/vaults\"", what, quote(s))
		return ""
	}
	return s
}

// Type is the field of a resource type.
func (r *Reader) Type(dst *string, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadType(n, what) }}
}

// ReadDecider returns what decides between the services of a type.
func (r *Reader) ReadDecider(n *Node, what string) catalog.Decider {
	s := r.ReadText(n, what, catalog.MaxTitle)
	if s == "" {
		return ""
	}
	d, err := catalog.ParseDecider(quote(s))
	if err != nil {
		r.Fail(n.Line, "%s %s", what, err)
	}
	return d
}

// Decider is the field of what decides between the services of a type.
func (r *Reader) Decider(dst *catalog.Decider, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadDecider(n, what) }}
}

// ReadPrefix returns a prefix of resource types that is all a cloud's.
func (r *Reader) ReadPrefix(n *Node, what string) string {
	s := r.ReadText(n, what, catalog.MaxID)
	if s != "" && !catalog.ValidPrefix(s) {
		r.Fail(n.Line,
			"%s %q is malformed, expected the beginning of resource types with the underscore that ends it, such as \"aws_\"",
			what, quote(s))
		return ""
	}
	return s
}

// ReadDate returns a date.
func (r *Reader) ReadDate(n *Node, what string) catalog.Date {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		r.Fail(n.Line, "%s is %s, expected a date in the form YYYY-MM-DD", what, KindOf(n))
		return ""
	}
	date, err := catalog.ParseDate(quote(n.Value))
	if err != nil {
		r.Fail(n.Line, "%s: %s", what, err)
	}
	return date
}

// Date is the field of a date.
func (r *Reader) Date(dst *catalog.Date, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadDate(n, what) }}
}

// MonthPattern is the form of months.
const MonthPattern = `^\d{4}-(0[1-9]|1[0-2])$`

var monthForm = lazyregexp.Regexp{Expression: MonthPattern}

// ReadDateOrMonth returns a date, or a month where an announcement names no day.
func (r *Reader) ReadDateOrMonth(n *Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		r.Fail(n.Line, "%s is %s, expected a date in the form YYYY-MM-DD, or a month, YYYY-MM", what, KindOf(n))
		return ""
	}
	if _, err := catalog.ParseDate(n.Value); err != nil && !monthForm.MatchString(n.Value) {
		r.Fail(n.Line, "%s %q is neither a date in the form YYYY-MM-DD nor a month, YYYY-MM", what, quote(n.Value))
		return ""
	}
	return n.Value
}

// DateOrMonth is the field of a date or month.
func (r *Reader) DateOrMonth(dst *string, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadDateOrMonth(n, what) }}
}

// Boolean is the field of true or false.
func (r *Reader) Boolean(dst *bool, what string) Field {
	return Field{Read: func(n *Node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Style&yaml.TaggedStyle != 0 {
			r.Fail(n.Line, "%s is %s, expected true or false", what, KindOf(n))
			return
		}
		*dst = strings.EqualFold(n.Value, "true")
	}}
}

// ReadOneOf returns one of the values of a closed list.
func ReadOneOf[T ~string](r *Reader, n *Node, what string, allowed []T) T {
	switch {
	case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str":
		r.Fail(n.Line, "%s is %s, expected one of %s", what, KindOf(n), words.Quoted(allowed))
	case !slices.Contains(allowed, T(n.Value)):
		r.Fail(n.Line, "%s is %q, expected one of %s", what, quote(n.Value), words.Quoted(allowed))
	default:
		return T(n.Value)
	}
	return ""
}

// OneOf is the field of a value of a closed list. A value that is none of it leaves dst as
// it is.
func OneOf[T ~string](r *Reader, dst *T, what string, allowed []T) Field {
	return Field{Read: func(n *Node) {
		if v := ReadOneOf(r, n, what, allowed); v != "" {
			*dst = v
		}
	}}
}

// ReadLink returns an absolute http or https URL.
func (r *Reader) ReadLink(n *Node, what string) string {
	s, ok := r.text(n, what)
	if ok && !weblink.Valid(s) {
		r.Fail(n.Line, "%s %q is not a link, expected %s", what, quote(s), weblink.Form)
		return ""
	}
	return s
}

// Link is the field of a link.
func (r *Reader) Link(dst *string, what string) Field {
	return Field{Read: func(n *Node) { *dst = r.ReadLink(n, what) }}
}

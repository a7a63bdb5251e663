package catalog

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// scalar returns the text of a plain or quoted string.
func (d *decoder) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		hint := ""
		if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" && n.Style&yaml.TaggedStyle == 0 {
			hint = " (put it in quotes)"
		}
		d.fail(n.Line, "%s is %s, expected text%s", what, kindOf(n), hint)
		return "", false
	}
	return n.Value, true
}

// text reads one line of text that is not blank.
func (d *decoder) text(dst *string, what string, limit int) field {
	return field{read: func(n *yaml.Node) { *dst = d.readText(n, what, limit) }}
}

// readText returns the text, or "" after an error. White space folds into single
// spaces: YAML's folded blocks leave line ends that mean nothing here.
func (d *decoder) readText(n *yaml.Node, what string, limit int) string {
	s, ok := d.scalar(n, what)
	if !ok {
		return ""
	}
	length := utf8.RuneCountInString(s) // as written, which is what the schema can count
	s = foldText(s)
	switch {
	case s == "":
		d.fail(n.Line, "%s is blank, expected text", what)
	case length > limit:
		d.fail(n.Line, "%s has %d characters, expected at most %d", what, length, limit)
	case strings.ContainsFunc(s, unprintable):
		// These would reach terminals, and could hide what a diagnostic says.
		d.fail(n.Line, "%s has a control or text-direction character, expected plain text", what)
	default:
		return s
	}
	return ""
}

// foldText puts text in the form in which the catalogue keeps it: single spaces, and
// Unicode's composed form (NFC), in which Terraform keeps its own strings, so that
// evidence that quotes a condition can match it.
func foldText(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// unprintable is true for control characters and for those that reorder text.
func unprintable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// texts reads a list of short texts, such as names.
func (d *decoder) texts(dst *[]string, what string) field {
	return field{read: func(n *yaml.Node) {
		d.list(n, what, func(item *yaml.Node) {
			if s := d.readText(item, "an entry of "+what, maxTitle); s != "" {
				*dst = append(*dst, s)
			}
		})
	}}
}

var idForm = lazyregexp.Regexp{Expression: `^[a-z0-9]+(-[a-z0-9]+)*$`}

// ValidID reports whether s has the form of a control, service or document id: lower
// case letters and digits with single hyphens between, at most 100 characters.
func ValidID(s string) bool { return len(s) <= maxID && idForm.MatchString(s) }

func (d *decoder) id(dst *string, what string) field {
	return field{read: func(n *yaml.Node) { *dst = d.readID(n, what) }}
}

func (d *decoder) readID(n *yaml.Node, what string) string {
	s, ok := d.scalar(n, what)
	if ok && !ValidID(s) {
		d.fail(n.Line, "%s %q is malformed, expected lower-case letters, digits and single hyphens, such as \"vnet-injection\"", what, clip(s, maxQuoted))
		return ""
	}
	return s
}

func (d *decoder) ids(dst *[]string, what string) field {
	return field{read: func(n *yaml.Node) {
		d.list(n, what, func(item *yaml.Node) { *dst = append(*dst, d.readID(item, "an entry of "+what)) })
	}}
}

func (d *decoder) date(dst *Date, what string) field {
	return field{read: func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			d.fail(n.Line, "%s is %s, expected a date in the form YYYY-MM-DD", what, kindOf(n))
			return
		}
		date, err := ParseDate(clip(n.Value, maxQuoted))
		if err != nil {
			d.fail(n.Line, "%s: %s", what, err)
			return
		}
		*dst = date
	}}
}

var monthForm = lazyregexp.Regexp{Expression: `^\d{4}-(0[1-9]|1[0-2])$`}

// dateOrMonth reads a date, or a month where an announcement names no day.
func (d *decoder) dateOrMonth(dst *string, what string) field {
	return field{read: func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
			d.fail(n.Line, "%s is %s, expected a date in the form YYYY-MM-DD, or a month, YYYY-MM", what, kindOf(n))
			return
		}
		if _, err := ParseDate(n.Value); err != nil && !monthForm.MatchString(n.Value) {
			d.fail(n.Line, "%s %q is neither a date in the form YYYY-MM-DD nor a month, YYYY-MM", what, clip(n.Value, maxQuoted))
			return
		}
		*dst = n.Value
	}}
}

func (d *decoder) boolean(dst *bool, what string) field {
	return field{read: func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Style&yaml.TaggedStyle != 0 {
			d.fail(n.Line, "%s is %s, expected true or false", what, kindOf(n))
			return
		}
		*dst = strings.EqualFold(n.Value, "true")
	}}
}

// oneOf reads one of the values of a closed list.
func oneOf[T ~string](d *decoder, dst *T, what string, allowed []T) field {
	return field{read: func(n *yaml.Node) {
		switch {
		case n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str":
			d.fail(n.Line, "%s is %s, expected one of %s", what, kindOf(n), joinValues(allowed))
		case !slices.Contains(allowed, T(n.Value)):
			d.fail(n.Line, "%s is %q, expected one of %s", what, clip(n.Value, maxQuoted), joinValues(allowed))
		default:
			*dst = T(n.Value)
		}
	}}
}

func joinValues[T ~string](values []T) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(string(v))
	}
	return strings.Join(quoted, ", ")
}

// linkForm is an absolute http or https URL without a user. Links reach reports, where
// any other scheme could run code.
var linkForm = lazyregexp.Regexp{Expression: `^https?://[^/?#@\s]+([/?#]\S*)?$`}

// maxLink is the longest URL, in bytes.
const maxLink = 2000

func (d *decoder) link(dst *string, what string) field {
	return field{read: func(n *yaml.Node) {
		s, ok := d.scalar(n, what)
		if !ok {
			return
		}
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || !linkForm.MatchString(s) || len(s) > maxLink ||
			strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsFunc(s, unprintable) {
			d.fail(n.Line, "%s %q is not a link, expected an absolute http or https URL", what, clip(s, maxQuoted))
			return
		}
		*dst = s
	}}
}

// clip shortens s to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}

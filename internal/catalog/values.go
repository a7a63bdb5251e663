package catalog

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
)

// Longest ids, titles and texts, in characters. They bound what a diagnostic or a state
// can grow to.
const (
	MaxID    = 100
	MaxTitle = 300
	MaxText  = 4000
)

// IDPattern is the form of ids, as the schema of catalogue files has it.
const IDPattern = `^[a-z0-9]+(-[a-z0-9]+)*$`

var idForm = lazyregexp.Regexp{Expression: IDPattern}

// ValidID reports whether s has the form of a control, service or document id: lower
// case letters and digits with single hyphens between, at most 100 characters.
func ValidID(s string) bool { return len(s) <= MaxID && idForm.MatchString(s) }

// PrefixPattern is the form of prefixes of a cloud's resource types, as the schema of
// catalogue files has it.
const PrefixPattern = `^[a-z][a-z0-9_-]*_$`

var prefixForm = lazyregexp.Regexp{Expression: PrefixPattern}

// ValidPrefix reports whether s is the beginning of Terraform resource types with the
// underscore that ends it, at most 100 characters.
func ValidPrefix(s string) bool { return len(s) <= MaxID && prefixForm.MatchString(s) }

// FoldText puts text in the form in which the catalogue keeps it: single spaces, and
// Unicode's composed form (NFC), in which Terraform keeps its own strings, so that
// evidence that quotes a condition can match it.
func FoldText(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

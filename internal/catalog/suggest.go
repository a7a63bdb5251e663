package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxSuggestions is how many nearest ids an error names.
const maxSuggestions = 3

// Ids of either kind, as examples where the other was given.
const (
	ExampleControl = "vnet-injection"
	ExampleService = "azure-key-vault"
)

// UnknownError reports an id that the catalogue does not have.
type UnknownError struct {
	Kind    string   // "service" or "control"
	ID      string   // as given
	Nearest []string // ids that were probably meant, the likeliest first
}

func (e *UnknownError) Error() string {
	msg := words.Sprintf("the catalogue has no %s %q", e.Kind, e.ID)
	if len(e.Nearest) > 0 {
		msg += "; did you mean " + words.Or(e.Nearest) + "?"
	}
	return msg
}

// ResolveControl returns the control id for a label of a vendor document, such as
// "VNet injection support"; case, punctuation and a remark in parentheses do not count.
// An id resolves to itself.
func (c *Catalog) ResolveControl(label string) (string, error) {
	if _, ok := c.definitions[label]; ok {
		return label, nil
	}
	for _, form := range labelForms(label) {
		if id, ok := c.labels()[form]; ok {
			return id, nil
		}
	}
	return "", &UnknownError{Kind: "control", ID: label, Nearest: c.SuggestControls(label)}
}

// SuggestControls lists the control ids that were probably meant by an unknown one,
// the likeliest first: the id of a label, else the nearest ids.
func (c *Catalog) SuggestControls(unknown string) []string {
	for _, form := range labelForms(unknown) {
		if id, ok := c.labels()[form]; ok {
			return []string{id}
		}
	}
	if id := everyday(Normalise(unknown)); c.definitions[id] != nil {
		return []string{id}
	}
	return nearest(unknown, c.DefinitionIDs(), func(id string) []string {
		return append([]string{id}, c.definitions[id].Labels...)
	})
}

// everyday is the id of the control that people mean by a short word which is part of no
// label; "" for none.
func everyday(word string) string {
	switch word {
	case "tls", "ssl", "https":
		return "encryption-in-transit"
	case "byok":
		return "encryption-at-rest-customer-keys"
	case "private link":
		return "azure-private-link"
	}
	return ""
}

// StatusMeant is the status that was probably meant by a word that is none: "Supported" is
// StatusYes; "" where there is no telling.
func StatusMeant(word string) Status {
	switch Normalise(word) {
	case "yes", "y", "true", "supported", "available", "enabled", "full", "fully supported":
		return StatusYes
	case "no", "n", "false", "unsupported", "not supported", "unavailable", "not available", "none", "planned":
		return StatusNo
	case "conditional", "conditionally", "partial", "partially", "partially supported", "limited", "preview",
		"yes with a condition":
		return StatusConditional
	case "n a", "na", "not applicable":
		return StatusNotApplicable
	}
	return ""
}

// SuggestCategories lists the categories that were probably meant by an unknown one, the
// likeliest first.
func (c *Catalog) SuggestCategories(unknown string) []string {
	return nearest(unknown, c.Categories(), func(category string) []string { return []string{category} })
}

// SuggestServices lists the service ids that were probably meant by an unknown one,
// the likeliest first: the service of that name (present or former), alias or resource
// type, else the nearest ids.
func (c *Catalog) SuggestServices(unknown string) []string {
	ids := c.ServiceIDs()
	named := c.named(Normalise(unknown), ids)
	if len(named) == 0 {
		named = c.ServicesOfType(unknown)
	}
	if len(named) > 0 {
		return named[:min(len(named), maxSuggestions)]
	}
	return nearest(unknown, ids, func(id string) []string {
		summary := c.services[id].summary
		return slices.Concat([]string{id, summary.Name}, summary.FormerNames, summary.Aliases)
	})
}

// MisspeltService lists the services of vendors' clouds, sorted, that an id was most probably
// meant for which the catalogue does not have: it is a name of theirs, or has at most two
// letters otherwise. nil for an id that it has, and for one of its own.
func (c *Catalog) MisspeltService(id string) []string {
	if _, known := c.services[id]; known {
		return nil
	}
	ids := slices.DeleteFunc(c.ServiceIDs(), func(other string) bool { return c.services[other].summary.Cloud == OwnCloud })
	if named := c.named(Normalise(id), ids); len(named) > 0 {
		return named[:min(len(named), maxSuggestions)]
	}
	const letters, shortest = 2, 8 // of a shorter id two letters are much
	if len(id) < shortest {
		return nil
	}
	near := slices.DeleteFunc(ids, func(other string) bool {
		return len(other) > len(id)+letters || len(id) > len(other)+letters || digitsOf(other) != digitsOf(id) ||
			levenshtein.Distance(id, other, nil) > letters
	})
	return near[:min(len(near), maxSuggestions)]
}

// digitsOf are the digits of an id: one that differs in them alone is another of a series.
func digitsOf(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, id)
}

// named lists the services of a name. Where it is not one in full ("Amazon S3"), an id
// without its cloud ("batch") or an alias ("s3") may be that of services of several
// clouds: none of them hides another, and the ids come before the aliases.
func (c *Catalog) named(wanted string, ids []string) []string {
	var full, bare, aliased []string
	for _, id := range ids {
		summary := c.services[id].summary
		is := func(name string) bool { return Normalise(name) == wanted }
		withoutCloud, found := strings.CutPrefix(id, summary.Cloud+"-")
		switch {
		case found && is(withoutCloud): // "Batch" is all of a name, and says no more of the cloud
			bare = append(bare, id)
		case is(id) || is(summary.Name) || slices.ContainsFunc(summary.FormerNames, is):
			full = append(full, id)
		case slices.ContainsFunc(summary.Aliases, is):
			aliased = append(aliased, id)
		}
	}
	if len(full) > 0 {
		return full
	}
	return append(bare, aliased...)
}

// nearest lists the ids one of whose names is close to the unknown one, closest first.
// A name counts as close when at most a third of it would have to be typed anew, or
// when one is a part of the other.
func nearest(unknown string, ids []string, names func(id string) []string) []string {
	type candidate struct {
		id       string
		distance int
	}
	wanted := Normalise(unknown)
	if wanted == "" {
		return nil
	}
	length := utf8.RuneCountInString(wanted)
	var candidates []candidate
	for _, id := range ids {
		best := -1
		for _, name := range names(id) {
			name = Normalise(name)
			other := utf8.RuneCountInString(name)
			limit := max(length, other) / 3
			distance := max(length, other) - min(length, other) // it is no less than that
			if distance <= limit {
				distance = levenshtein.Distance(wanted, name, nil)
			}
			if distance > limit {
				if !partOf(wanted, name) && !partOf(name, wanted) {
					continue
				}
				distance = limit + 1 // a part: worse than a misspelling, better than nothing
			}
			if best < 0 || distance < best {
				best = distance
			}
		}
		if best >= 0 {
			candidates = append(candidates, candidate{id, best})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.id, b.id))
	})
	var out []string
	for _, c := range candidates[:min(len(candidates), maxSuggestions)] {
		out = append(out, c.id)
	}
	return out
}

// partOf reports whether part, without its spaces ("keyvault"), stands within whole.
func partOf(part, whole string) bool {
	part = strings.ReplaceAll(part, " ", "")
	return len(part) >= 3 && strings.Contains(strings.ReplaceAll(whole, " ", ""), part)
}

var parenthesised = lazyregexp.Regexp{Expression: `\([^()]*\)`}

// labelForms are the forms under which a label is looked up: whole, then without what
// stands in parentheses, since articles differ in such remarks.
func labelForms(label string) []string {
	whole, bare := Normalise(label), Normalise(parenthesised.Get().ReplaceAllString(label, " "))
	if whole == bare || bare == "" {
		return []string{whole}
	}
	return []string{whole, bare}
}

// Normalise is the form in which names and labels are compared: it keeps letters and digits in lower case,
// one space between words.
func Normalise(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// labelIndex maps every form of every label to its control; of two controls that share
// a form without its parentheses, neither has it.
func labelIndex(definitions map[string]*Definition, order []string) map[string]string {
	index, ambiguous := map[string]string{}, map[string]bool{}
	for _, id := range order {
		for _, label := range append([]string{definitions[id].Title}, definitions[id].Labels...) {
			for _, form := range labelForms(label) {
				if other, ok := index[form]; ok && other != id {
					ambiguous[form] = true
				}
				index[form] = id
			}
		}
	}
	for form := range ambiguous {
		delete(index, form)
	}
	// A whole label is never ambiguous: the loader refuses one that two controls claim.
	for _, id := range order {
		for _, label := range definitions[id].Labels {
			index[Normalise(label)] = id
		}
	}
	return index
}

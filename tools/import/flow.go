package main

import (
	"regexp"
	"slices"
	"strings"
)

// mapping collects the entries of a flow mapping. The encoder of the YAML library
// breaks long lines and indents as it likes; a reviewer wants a fact a line.
type mapping struct{ entries []string }

// put adds a text, unless it is empty.
func (m *mapping) put(key, value string) {
	if value != "" {
		m.raw(key, quote(value))
	}
}

// raw adds a value that is YAML already.
func (m *mapping) raw(key, value string) { m.entries = append(m.entries, key+": "+value) }

func (m *mapping) yaml() string { return "{" + strings.Join(m.entries, ", ") + "}" }

// list is a flow sequence of texts.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

var (
	// plainText and plainLink are texts that mean themselves in every YAML context; a
	// question mark, for one, does not within a flow mapping.
	plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./()'-]*( [A-Za-z0-9_./()'-]+)*$`)
	plainLink = regexp.MustCompile(`^https?://[A-Za-z0-9._~/#&=%+()-]+$`)

	// A parser of YAML 1.2 takes these for something else than text.
	notText = []string{"true", "false", "null"}
)

// quote writes a text so that it is read as that text, without quotes where it can be.
func quote(s string) string {
	if plainLink.MatchString(s) || plainText.MatchString(s) && !slices.Contains(notText, strings.ToLower(s)) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// The view by identifier of a framework: what the groups of a requirement come to over all
// services, and what else the profile selects that they are made of.

// identifier is what a group comes to.
type identifier struct {
	check   *check
	outcome assess.Outcome       // the worst of all services
	clouds  []identifierInACloud // in the order of their ids
}

// identifierInACloud is what it comes to for the services of one cloud.
type identifierInACloud struct {
	cloud   string
	outcome assess.Outcome
	count   map[assess.Outcome]int
	// open are the gaps, and accepted those that exceptions cover.
	open, accepted []*finding
}

// standing is how an identifier of a framework stands, in a word.
func standing(o assess.Outcome) string {
	switch o.Standing() {
	case assess.Fails:
		return "Gap"
	case assess.Accepted:
		return "Excepted"
	case assess.Holds:
	}
	if o == assess.NotApplicable {
		return o.Word()
	}
	return supportedWord
}

// supportedWord is what reports say of an identifier that documented controls support.
const supportedWord = "Supported"

// worse is the outcome that reports have first.
func worse(a, b assess.Outcome) assess.Outcome {
	if a == "" || b.Rank() < a.Rank() {
		return b
	}
	return a
}

// identifiers lists what the groups come to, in the order of the columns.
func (s *section) identifiers() []identifier {
	if s.standings != nil {
		return s.standings
	}
	var list []identifier
	for i, c := range s.checks {
		if !c.isGroup() {
			continue
		}
		one := identifier{check: c}
		for _, service := range s.services { // which are sorted by cloud
			f := service.findings[i]
			if n := len(one.clouds); n == 0 || one.clouds[n-1].cloud != service.cloud {
				one.clouds = append(one.clouds, identifierInACloud{cloud: service.cloud, count: make(map[assess.Outcome]int)})
			}
			in := &one.clouds[len(one.clouds)-1]
			in.count[f.outcome]++
			in.outcome, one.outcome = worse(in.outcome, f.outcome), worse(one.outcome, f.outcome)
			switch {
			case f.isGap():
				in.open = append(in.open, f)
			case f.isExcepted():
				in.accepted = append(in.accepted, f)
			}
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b identifier) int { return inOrder(a.check.id, b.check.id) })
	s.standings = list
	return list
}

// framework is that of all identifiers, with its version: "NIST SP 800-53 rev5"; "" where there
// are several, or none.
func (s *section) framework() string {
	name := ""
	for _, c := range s.checks {
		if c.identifier == nil {
			continue
		}
		of := strings.TrimSpace(c.identifier.Framework + " " + c.identifier.Version)
		if name != "" && name != of {
			return ""
		}
		name = of
	}
	return plaintext.Line(name)
}

// says counts the services of a cloud: "8 of 9 services supported, 1 with a gap".
func (in identifierInACloud) says() string {
	all := 0
	for _, n := range in.count {
		all += n
	}
	passing := in.count[assess.Satisfied] + in.count[assess.Evidenced] + in.count[assess.Configured]
	text := fmt.Sprintf("%d of %s supported", passing, words.Count(all, "service"))
	if passing == all {
		text = "for " + words.Count(all, "service")
	}
	for _, more := range []struct {
		n    int
		what string
	}{
		{len(in.open), "with a gap"}, {len(in.accepted), "excepted"}, {in.count[assess.NotApplicable], "not applicable"},
	} {
		if more.n > 0 {
			text += fmt.Sprintf(", %d %s", more.n, more.what)
		}
	}
	return text
}

// coverage counts the identifiers by how they stand, in the order in which one asks for them.
func (s *section) coverage() []fact {
	count := map[string]int{}
	all := s.identifiers()
	for _, one := range all {
		count[standing(one.outcome)]++
	}
	unasked, undocumented := s.notAsked()
	var facts []fact
	add := func(name string, n int) { facts = append(facts, fact{"", name, strconv.Itoa(n)}) }
	add("Identifiers", len(all)+len(unasked)+len(undocumented))
	for _, o := range []assess.Outcome{assess.Satisfied, assess.Gap, assess.Excepted, assess.NotApplicable} {
		if word := standing(o); count[word] > 0 || o == assess.Satisfied || o == assess.Gap {
			add(word, count[word])
		}
	}
	if s.Crosswalk != nil && s.Crosswalk.Profile != nil {
		add("Not documented", len(undocumented))
		add("Not looked at", len(unasked))
	}
	return facts
}

// covered is the coverage in a line: "287 identifiers: 61 supported, 20 gap".
func (s *section) covered() string {
	var parts []string
	facts := s.coverage()
	for _, f := range facts[1:] {
		parts = append(parts, f.value+" "+words.LowerFirst(f.name))
	}
	n, _ := strconv.Atoi(facts[0].value)
	return words.Count(n, "identifier") + ": " + strings.Join(parts, ", ")
}

// says is how an identifier stands, for all clouds, in a sentence.
func (one identifier) says() string {
	var parts []string
	for _, in := range one.clouds {
		text := in.says()
		if len(one.clouds) > 1 {
			text = cloudName(in.cloud) + ": " + text
		}
		var names []string
		for _, f := range slices.Concat(in.open, in.accepted) {
			names = append(names, f.service.name)
		}
		if len(names) > 0 {
			text += " (" + strings.Join(names, ", ") + ")"
		}
		parts = append(parts, text)
	}
	return standing(one.outcome) + ". " + strings.Join(parts, "; ")
}

// notAsked lists, with their titles, the identifiers of the profile that the requirement has
// no group of, and those to which no documented control speaks.
func (s *section) notAsked() (unasked, undocumented []string) {
	if s.Crosswalk == nil || s.Crosswalk.Profile == nil {
		return nil, nil
	}
	return titled(s.Crosswalk.Profile.Unasked), titled(s.Crosswalk.Profile.Undocumented)
}

// titled lists identifiers with their titles, in order.
func titled(titles map[string]string) []string {
	ids := slices.SortedFunc(maps.Keys(titles), inOrder)
	for i, id := range ids {
		if title := titles[id]; title != "" {
			ids[i] += ": " + title
		}
		ids[i] = plaintext.Line(ids[i])
	}
	return ids
}

// inOrder compares identifiers as people number them: AC-2 before AC-10.
func inOrder(a, b string) int { return cmp.Or(cmp.Compare(numbers(a), numbers(b)), cmp.Compare(a, b)) }

// numbers gives all numbers of an identifier the same length.
func numbers(id string) string {
	const length = 6
	var b strings.Builder
	for id != "" {
		n := strings.IndexFunc(id, func(r rune) bool { return r < '0' || r > '9' })
		if n < 0 {
			n = len(id)
		}
		if n == 0 {
			b.WriteByte(id[0])
			id = id[1:]
			continue
		}
		b.WriteString(strings.Repeat("0", max(0, length-n)) + id[:n])
		id = id[n:]
	}
	return b.String()
}

// mapped are members of a group that belong to it by the same mapping.
type mapped struct {
	basis   string // how strongly and how surely; "" where no mapping says it
	source  int    // index in the sources of the crosswalk
	members []*check
}

// mappings lists the members of a group by what makes them belong to it.
func (c *check) mappings() []mapped {
	var list []mapped
	for _, m := range c.members {
		one := mapped{source: -1}
		if c.identifier != nil {
			if member, ok := c.identifier.Members[m.id]; ok {
				one.source = member.Source
				one.basis = fmt.Sprintf("%s, %s confidence", member.Relationship, member.Confidence)
				if member.Version != "" {
					one.basis += ", of " + plaintext.Line(member.Version)
				}
			}
		}
		at := slices.IndexFunc(list, func(o mapped) bool { return o.basis == one.basis && o.source == one.source })
		if at < 0 {
			at, list = len(list), append(list, one)
		}
		list[at].members = append(list[at].members, m)
	}
	return list
}

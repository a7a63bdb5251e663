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
	stands // for all services

	check  *check
	clouds []identifierInACloud // in the order of their ids
}

// identifierInACloud is what it comes to for the services of one cloud.
type identifierInACloud struct {
	stands

	cloud string
	// open are the gaps of services whose documents speak of a control of the identifier,
	// silent those of services whose documents speak of none, and accepted those that
	// exceptions cover.
	open, silent, accepted []*finding
}

// stands is how an identifier stands for some services.
type stands struct {
	outcome assess.Outcome // the worst
	// all are the services, supported those that it is supported for, and notSaid those whose
	// documents speak of none of its controls.
	all, supported, notSaid int
}

// add counts a service.
func (s *stands) add(f *finding) {
	s.all++
	s.outcome = worse(s.outcome, f.outcome)
	switch {
	case f.isGap() && f.isUnspoken():
		s.notSaid++
	case f.outcome.Standing() == assess.Holds && f.outcome != assess.NotApplicable:
		s.supported++
	}
}

// word is how the identifier stands, in a word. What is a gap for some services and supported
// for others is neither, and what no document speaks of is no shortcoming that one does.
func (s stands) word() string {
	switch s.outcome.Standing() {
	case assess.Fails:
		switch {
		case s.notSaid == s.all:
			return notDocumentedWord
		case s.supported > 0:
			return inPartWord
		}
		return assess.Gap.Word()
	case assess.Accepted:
		return assess.Excepted.Word()
	case assess.Holds:
	}
	if s.outcome == assess.NotApplicable {
		return s.outcome.Word()
	}
	return supportedWord
}

// class is that of the style sheet.
func (s stands) class() string {
	if s.word() == notDocumentedWord {
		return outcomeClass(s.outcome) + " u"
	}
	return outcomeClass(s.outcome)
}

// What reports say of an identifier beside the words of outcomes.
const (
	inPartWord        = "In part"
	notDocumentedWord = "Not documented" // in the catalogue
	notLookedAtWord   = "Not looked at"
	unmappedWord      = "No mapping"
	otherVersionWord  = "Mapped for another version"
)

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
				one.clouds = append(one.clouds, identifierInACloud{cloud: service.cloud})
			}
			in := &one.clouds[len(one.clouds)-1]
			in.add(f)
			one.add(f)
			switch {
			case f.isGap() && f.isUnspoken():
				in.silent = append(in.silent, f)
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

// named names a group: an identifier without its framework and title, where all are of the same
// one, and both are said elsewhere.
func (s *section) named(c *check) string {
	if s.framework() != "" {
		return c.short()
	}
	return c.title
}

// says counts the services of a cloud that it is supported for: "8 of 9 services supported".
func (in identifierInACloud) says() string {
	switch in.all {
	case in.supported:
		return "for " + words.Count(in.all, "service")
	case in.notSaid:
		return "no document of " + words.Count(in.all, "service") + " speaks of its controls"
	}
	text := fmt.Sprintf("%d of %s supported", in.supported, words.Count(in.all, "service"))
	if n := in.all - in.supported - len(in.open) - len(in.silent) - len(in.accepted); n > 0 {
		text += fmt.Sprintf(", %d not applicable", n)
	}
	return text
}

// remainder are services that an identifier is not supported for, and why.
type remainder struct {
	why      string
	findings []*finding
}

// remainders are the services of a cloud that have to be named.
func (in identifierInACloud) remainders() []remainder {
	silent := in.silent
	if in.notSaid == in.all {
		silent = nil // all of them, as says has it
	}
	return slices.DeleteFunc([]remainder{{"gap", in.open}, {"not documented", silent}, {"excepted", in.accepted}},
		func(r remainder) bool { return len(r.findings) == 0 })
}

// coverage counts the identifiers by how they stand, in the order in which one asks for them.
func (s *section) coverage() []fact {
	count := map[string]int{}
	all := 0
	for _, one := range s.identifiers() {
		count[one.word()]++
		all++
	}
	for _, left := range s.leftOut() {
		count[left.word] += len(left.ids)
		all += len(left.ids)
	}
	var facts []fact
	add := func(name string, n int) { facts = append(facts, fact{"", name, strconv.Itoa(n)}) }
	add("Identifiers", all)
	profiled := s.Crosswalk != nil && s.Crosswalk.Profile != nil
	for _, one := range []struct {
		word   string
		always bool
	}{
		{supportedWord, true},
		{inPartWord, false},
		{assess.Gap.Word(), true},
		{assess.Excepted.Word(), false},
		{assess.NotApplicable.Word(), false},
		{notDocumentedWord, false},
		{notLookedAtWord, profiled},
		{unmappedWord, profiled},
		{otherVersionWord, false},
	} {
		if one.always || count[one.word] > 0 {
			add(one.word, count[one.word])
		}
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
	sep := ": "
	if len(one.clouds) > 1 {
		sep = ". "
	} else if one.supported == one.all {
		sep = " " // supported for 6 services
	}
	for _, in := range one.clouds {
		text := in.says()
		if len(one.clouds) > 1 {
			if in.supported == in.all {
				text = words.Count(in.all, "service") + " supported"
			}
			text = cloudName(in.cloud) + ": " + text
		}
		for _, of := range in.remainders() {
			names := make([]string, len(of.findings))
			for i, f := range of.findings {
				names[i] = f.service.name
			}
			text += "; " + of.why + ": " + strings.Join(names, ", ")
		}
		parts = append(parts, text)
	}
	return one.word() + sep + strings.Join(parts, ". ")
}

// titled lists identifiers with their titles, in order, and those to which only mappings to other
// versions of the framework speak with these.
func (s *section) titled(titles map[string]string) []string {
	ids := slices.SortedFunc(maps.Keys(titles), inOrder)
	for i, id := range ids {
		if title := titles[id]; title != "" {
			ids[i] += ": " + title
		}
		if others := s.Crosswalk.Profile.OtherVersions[id]; others != "" {
			ids[i] += " (mapped for " + others + " alone)"
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
	basis   string // how surely; "" where no mapping says it
	relates string // how strongly, which is the catalogue's word
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
				one.basis = fmt.Sprintf("%s confidence", member.Confidence)
				if member.Version != "" {
					one.basis += ", of " + plaintext.Line(member.Version)
				}
				one.relates = "by the catalogue it " + member.Relationship.Verb() + " it"
			}
		}
		at := slices.IndexFunc(list, func(o mapped) bool {
			return o.basis == one.basis && o.relates == one.relates && o.source == one.source
		})
		if at < 0 {
			at, list = len(list), append(list, one)
		}
		list[at].members = append(list[at].members, m)
	}
	return list
}

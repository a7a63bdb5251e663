package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/commonmark"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// sarifRules are what the requirements of a report ask for. What several ask for under one name is
// one rule, since an alert is the same one by the id of its rule.
type sarifRules struct {
	list  []sarifRule
	index map[string]int // of a rule, by its id
}

func ruleID(c *check) string {
	if c.kind == kindControl {
		return c.id
	}
	if c.kind == kindLifecycle {
		return "retired-service"
	}
	return string(c.kind) + "/" + c.id
}

// askedRule is what requirements ask under the id of a rule.
type askedRule struct {
	check  *check // the first of them
	asks   []ruleAsk
	warned bool // by all requirements
	silent bool // of a gap at least: no document speaks of it
}

// ruleAsk is what one or more requirements ask.
type ruleAsk struct {
	numbers      []string // of the requirements
	full, advice string
}

func newSARIFRules(r *report) sarifRules {
	rules := sarifRules{index: map[string]int{}}
	var asked []*askedRule
	for _, section := range r.sections {
		for i, c := range section.checks {
			id := ruleID(c)
			at, ok := rules.index[id]
			if !ok {
				at = len(asked)
				rules.index[id], asked = at, append(asked, &askedRule{check: c, warned: true})
			}
			rule := asked[at]
			rule.ask(c, section)
			rule.warned = rule.warned && levelOf(section) == "warning"
			rule.silent = rule.silent || slices.ContainsFunc(section.services, func(s *service) bool {
				return s.findings[i].isGap() && s.findings[i].isUnspoken()
			})
		}
	}
	for _, rule := range asked {
		rules.list = append(rules.list, rule.sarif())
	}
	return rules
}

// ask adds what a requirement asks; one that asks the same as another is named beside it.
func (rule *askedRule) ask(c *check, section *section) {
	full, advice := c.sarifAsk(section)
	at := slices.IndexFunc(rule.asks, func(a ruleAsk) bool { return a.full == full && a.advice == advice })
	if at < 0 {
		at, rule.asks = len(rule.asks), append(rule.asks, ruleAsk{full: full, advice: advice})
	}
	rule.asks[at].numbers = append(rule.asks[at].numbers, fmt.Sprint(section.number))
}

// sarif is the rule, by what the requirements ask under its name.
func (rule *askedRule) sarif() sarifRule {
	c, asks := rule.check, rule.asks
	full, advice := asks[0].full, asks[0].advice
	for i, ask := range asks[1:] {
		if i == 0 {
			full = "Requirement " + strings.Join(asks[0].numbers, ", ") + ": " + full
		}
		full += " Requirement " + strings.Join(ask.numbers, ", ") + ": " + ask.full
		if !strings.Contains(advice, ask.advice) {
			advice += " " + ask.advice
		}
	}
	short, meaning := c.sarifShort(), meaningOf(c)
	out := sarifRule{
		ID:               ruleID(c),
		Name:             words.Fit(c.name(), sarifMaxName),
		ShortDescription: sarifText{Text: words.Fit(unlinked(short), sarifMaxText)},
		FullDescription:  sarifText{Text: words.Fit(unlinked(full), sarifMaxText)},
		Help: sarifText{
			Text: unlinked(strings.TrimSpace(meaning + " " + full + " What to do: " + advice)),
			Markdown: "**" + commonmark.Paragraph(short) + "**\n\n" + commonmark.Paragraph(strings.TrimSpace(meaning+" "+full)) +
				"\n\n**What to do.** " + commonmark.Paragraph(advice),
		},
		DefaultConfiguration: sarifLevel{"error"},
		Properties:           sarifProperties{Tags: []string{"security", "security-controls"}, Precision: "high"},
	}
	if rule.warned {
		out.DefaultConfiguration.Level = "warning"
	}
	if rule.silent || c.isGroup() { // which is as good as the mapping that made it
		out.Properties.Precision = "medium"
	}
	return out
}

// sarifShort is what a rule is about, in a line.
func (c *check) sarifShort() string {
	switch c.kind {
	case kindAvoid:
		return "To be avoided: " + c.title
	case kindGroup:
		return "Required: one of the " + c.mapped()
	case kindEvery:
		return "Required: every documented one of the " + c.mapped()
	case kindLifecycle:
		return "Retired service"
	case kindControl, kindMember:
	}
	return "Required: " + c.title
}

// orAccept is the last that advice on a gap names.
const orAccept = "or accept the gap in \"exceptions\", with a justification and an end."

// sarifAsk says what a requirement asks, and what to do about a gap.
func (c *check) sarifAsk(section *section) (full, advice string) {
	advice = "Choose another service, drop the control from the requirement, show in \"evidence\" that a documented condition " +
		"is met, " + orAccept
	switch c.kind {
	case kindAvoid:
		return "No service of the requirement may have this feature, unless evidence shows that it is switched off.",
			"Choose another service, switch the feature off and show that in \"evidence\", " + orAccept
	case kindGroup:
		return "Every service of the requirement must be documented to have at least one of " + c.membersLine() + ".",
			adviceForGroup(c)
	case kindEvery:
		return "Every service of the requirement must have each of these that its documents speak of, and they must speak " +
			"of one at least: " + c.membersLine() + ".", adviceForGroup(c)
	case kindLifecycle:
		return "The requirement does not accept services that are retired.", "Move to the service's successor."
	case kindControl, kindMember:
	}
	full = "Every service of the requirement must be documented to have this control."
	if section.Requirement.MustBe == assess.MustBeEnabled {
		full = "Every service of the requirement must be documented to have this control, and have it in force."
		advice = strings.Replace(advice, "Choose", "Switch it on, choose", 1)
	}
	return full, advice
}

// adviceForGroup is what to do about a gap of a group. An identifier of a framework is not for a
// requirement to drop: whoever selects the baseline does.
func adviceForGroup(c *check) string {
	drop := ", drop the group from the requirement"
	if c.identifier != nil {
		drop = ""
	}
	return "Choose another service" + drop + ", add to " + theGroup + " " + plaintext.Line(c.id) + " what the service's " +
		"documents have nearby, if your assessor accepts it, show in \"evidence\" that a documented condition is met, " + orAccept
}

// membersLine names the members of a group, and by whose mapping they belong to it.
func (c *check) membersLine() string {
	var members []string
	for _, m := range c.members {
		member := m.title + " (" + m.id
		if m.basis != "" {
			member += "; " + m.basis
		}
		members = append(members, member+")")
	}
	return strings.Join(members, ", ")
}

// meaningOf says what the controls of a check are, as far as their definitions are known.
func meaningOf(c *check) string {
	if def := c.definition(); def != nil {
		return def.Description
	}
	var parts []string
	for _, member := range c.members {
		if def := member.definition(); def != nil {
			parts = append(parts, def.Title+": "+def.Description)
		}
	}
	return strings.Join(parts, " ")
}

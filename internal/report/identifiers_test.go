package report_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// One profile over two clouds: what no document of one of them speaks of is told apart from
// what is documented as missing, for each cloud, each service and in the count of gaps.
func TestRender_identifiersOverTwoClouds(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"aws-store", "azure-vault", "azure-relay"},
		AnyOf: map[string][]string{
			"AU-6": {"data-plane-logging"}, "SC-7": {"vnet-injection"}, "SC-8": {"encryption-in-transit"},
		},
	})
	for format, want := range map[string][]string{
		report.FormatHTML: {
			"<div><dt>Identifiers</dt><dd>3</dd></div><div><dt>Supported</dt><dd>1</dd></div>" +
				"<div><dt>In part</dt><dd>2</dd></div>" +
				"<div><dt>Gap</dt><dd>0</dd></div></dl>",
			"<span class=mark>Not documented</span> Amazon Web Services: no document of 1 service speaks of its controls",
			"<span class=mark>In part</span> Microsoft Azure: 1 of 2 services supported; not documented: " +
				"<a href=#r1-azure-relay--",
			"No document in this catalogue speaks of 2 of the gaps.",
			"<li class=\"g u\"><span class=mark>Gap, not documented</span></li>",
			"<i>Gap, not documented</i>",
			"<strong>Not documented.</strong> No document in this catalogue says of the service whether it has a control of:",
		},
		report.FormatMarkdown: {
			"By identifier: 3 identifiers: 1 supported, 2 in part, 0 gap",
			"Amazon Web Services: no document of 1 service speaks of its controls. Microsoft Azure: 1 of 2 services supported; " +
				"not documented: Azure Relay",
		},
	} {
		text := render(t, format, report.Options{}, a)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in\n%s", format, part, text[strings.Index(text, "<body")+1:])
			}
		}
	}
}

// A comment on a profile names every identifier and by whose mapping each control supports it:
// what no document speaks of takes a line for each service, not one for each identifier.
func TestRender_markdownOfAProfile(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range assess.GroupRules() {
		a := profiled(t, c, rule)
		text := render(t, report.FormatMarkdown, report.Options{}, a)
		if strings.Contains(text, " more.") || strings.Contains(text, "what does not fit") {
			t.Errorf("%s: something is left out", rule)
		}
		for name, members := range a.Requirement.GroupsOf(rule) {
			if !strings.Contains(text, "| "+name+": ") || strings.Count(text, "| "+name+" | ") < 1 {
				t.Errorf("%s: %s with %d members is not in it", rule, name, len(members))
			}
		}
		if last := len(a.Crosswalk.Sources); !strings.Contains(text, fmt.Sprintf("\n%d. ", last)) {
			t.Errorf("%s: there is no source %d", rule, last)
		}
	}
}

// The table of controls says of each for which identifiers it is asked, and the foot of printed
// pages has digests that the report explains.
func TestRender_controlsAndDigests(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	one := evaluate(t, c, assess.Requirement{
		Services: []string{"azure-vault"}, Controls: []string{"vnet-injection"},
		AnyOf: map[string][]string{"AC-4": {"vnet-injection"}, "SC-7": {"vnet-injection", "customer-keys"}},
	})
	other := evaluate(t, c, assess.Requirement{Services: []string{"azure-relay"}, Controls: []string{"vnet-injection"}})
	text := render(t, report.FormatHTML, report.Options{}, one, other)
	for _, part := range []string{
		"<td>Required, AC-4, SC-7</td></tr>", "<td>SC-7</td></tr>",
		"The report is made of 2 assessments in their order, of which this is number 2, and of its options.",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q", part)
		}
	}
	pattern := regexp.MustCompile(`@bottom-left \{ content: "Assessments (sha256:[0-9a-f]{16})…, (sha256:[0-9a-f]{16})…"`)
	foot := pattern.FindStringSubmatch(text)
	if foot == nil {
		t.Fatal("the foot of pages does not have both digests")
	}
	for _, digest := range foot[1:] {
		if !strings.Contains(text, "<strong>Assessment</strong><code>"+digest) {
			t.Errorf("%s is explained nowhere", digest)
		}
	}
}

// A gap of an identifier says what the service's documents have near its controls, once for the
// identifiers of which that is the same, and nobody is told to drop an identifier.
func TestRender_identifierAdvice(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	a := profiled(t, c, assess.RuleAnyOf)
	html := render(t, report.FormatHTML, report.Options{}, a)
	for _, part := range []string{
		"<b>What to do</b> for AU-2, AU-12: Documented nearby for Azure Container Registry: Resource logs. If your assessor " +
			"accepts it, add it to the requirement&#39;s groups AU-2, AU-12.",
		"<b>What to do</b> for SC-7(5): Documented nearby for Amazon EKS: Disabling public network access. If your assessor " +
			"accepts it, add it to the requirement&#39;s group SC-7(5).",
	} {
		if n := strings.Count(html, part); n != 1 {
			t.Errorf("%d times %q", n, part)
		}
	}
	// What is mapped for another version alone is not said to have no mapping.
	_, elsewhere, found := strings.Cut(html, "<h3>Mapped for another version (")
	elsewhere, _, _ = strings.Cut(elsewhere, "<h3>")
	if part := "<li>CM-8: System Component Inventory (mapped for rev4 alone)</li>"; !found || !strings.Contains(elsewhere, part) {
		t.Errorf("no %q in %q", part, elsewhere)
	}
	if sarif := render(t, report.FormatSARIF, report.Options{}, a); strings.Contains(sarif, "drop the") ||
		!strings.Contains(sarif, "none of the controls that this catalogue maps to") ||
		!strings.Contains(sarif, "add to the requirement's group AU-2 what the service's documents have nearby, "+
			"if your assessor accepts it") {
		t.Error("SARIF advises to drop an identifier, or not to look nearby")
	}
}

// Identifiers stand as people number them, AU-2 before AU-12, in every format and in what changes.
func TestRender_identifiersInTheOrderOfNumbers(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	groups := map[string][]string{"AU-12": {"audit-logging"}, "AU-2": {"audit-logging"}, "AU-2(10)": {"audit-logging"}}
	for _, rule := range assess.GroupRules() {
		r := assess.Requirement{Services: []string{"azure-relay"}, AnyOf: groups}
		if rule == assess.RuleEveryDocumentedOf {
			r.AnyOf, r.EveryDocumentedOf = nil, groups
		}
		for name := range groups {
			r.Exceptions = append(r.Exceptions, assess.Exception{
				Service: "azure-relay", Control: name, Expires: "2026-12-31", Justification: "It goes.",
			})
		}
		accepted := evaluate(t, c, r)
		r.Exceptions = nil
		open := evaluate(t, c, r)
		texts := map[string]string{}
		for _, format := range report.Names(report.Formats()) {
			texts[format] = render(t, format, report.Options{}, open)
			texts[format+" with exceptions"] = render(t, format, report.Options{}, accepted)
		}
		for _, format := range report.ChangesFormats() {
			texts["changes in "+format.Name] = renderChanges(t, open, accepted, format.Name)
		}
		number := regexp.MustCompile(`\bAU-(2|12)\b(\(10\))?`)
		for format, text := range texts {
			var order []string
			for _, name := range number.FindAllString(strings.ReplaceAll(text, `\-`, "-"), -1) {
				if !slices.Contains(order, name) {
					order = append(order, name)
				}
			}
			want := slices.DeleteFunc([]string{"AU-2", "AU-2(10)", "AU-12"}, func(name string) bool {
				return !slices.Contains(order, name)
			})
			if !slices.Equal(order, want) {
				t.Errorf("%s, %s: %v", rule, format, order)
			}
		}
	}
}

// A comment on two profiles is cut alike for both: each has rows, no table is without one, and
// what is left out altogether is said once.
func TestRender_markdownOfTwoProfiles(t *testing.T) {
	t.Parallel()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	text := render(t, report.FormatMarkdown, report.Options{},
		profiled(t, c, assess.RuleAnyOf), profiled(t, c, assess.RuleEveryDocumentedOf))
	if n := len([]rune(text)); n > 65_536 || n < 50_000 {
		t.Errorf("%d characters", n)
	}
	_, second, _ := strings.Cut(text, "### Requirement 2")
	if len(second) < len(text)/3 {
		t.Errorf("the second has %d of %d bytes", len(second), len(text))
	}
	if empty := regexp.MustCompile(`(?m)^\|(-+:?\|)+\n+[^|]`).FindString(text); empty != "" {
		t.Errorf("a table has no row: %q", empty)
	}
	if n := strings.Count(text, "what does not fit into a comment"); n != 1 {
		t.Errorf("it says %d times that something is left out", n)
	}
}

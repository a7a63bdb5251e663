package report_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// vaulted is an assessment by the embedded catalogue alone, read again from its text: all that a
// report has of a catalogue is in the program.
func vaulted(t *testing.T) (*catalog.Catalog, *assess.Assessment) {
	t.Helper()
	c, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := evaluate(t, c, assess.Requirement{
		Services: []string{"azure-key-vault", "azure-storage"},
		Controls: []string{"vnet-injection", "encryption-in-transit", "data-plane-logging"},
		AnyOf:    map[string][]string{"SC-7": {"network-isolation", "forced-tunneling"}},
		Avoid:    []string{"local-authentication-methods-for-data-plane-access"},
	}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c, a
}

func means(t *testing.T, c *catalog.Catalog, id string) string {
	t.Helper()
	def, ok := c.Definition(id)
	if !ok || def.Description == "" {
		t.Fatalf("%s has no definition", id)
	}
	return def.Description
}

// Each control stands with its definition, also those that only a group asks for.
func TestRender_definitions(t *testing.T) {
	t.Parallel()
	c, a := vaulted(t)
	page := render(t, report.FormatHTML, report.Options{}, a)
	_, controls, _ := strings.Cut(page, "class=part-controls>")
	controls, _, _ = strings.Cut(controls, "</section>")
	for _, id := range []string{
		"vnet-injection", "encryption-in-transit", "data-plane-logging", "network-isolation", "forced-tunneling",
		"local-authentication-methods-for-data-plane-access",
	} {
		_, row, found := strings.Cut(controls, "<code>"+id+"</code>")
		row, _, _ = strings.Cut(row, "</tr>")
		if !found || !strings.Contains(row, html.EscapeString(means(t, c, id))) {
			t.Errorf("the page does not say what %s is: %s", id, row)
		}
	}
}

// SARIF's rules have names that read, and help that says what their controls are and what to do.
func TestSARIF_help(t *testing.T) {
	t.Parallel()
	c, a := vaulted(t)
	run := parseSARIF(t, render(t, report.FormatSARIF, options(), a)).Runs[0]
	if got := run.Tool.Driver.Version; got != "1.2.3" {
		t.Errorf("the driver has the version %q", got)
	}
	defined := map[string][]string{
		"vnet-injection": {"vnet-injection"}, "encryption-in-transit": {"encryption-in-transit"},
		"data-plane-logging": {"data-plane-logging"}, "any_of/SC-7": {"network-isolation", "forced-tunneling"},
		"avoid/local-authentication-methods-for-data-plane-access": {"local-authentication-methods-for-data-plane-access"},
	}
	if len(run.Tool.Driver.Rules) != len(defined) {
		t.Errorf("%d rules", len(run.Tool.Driver.Rules))
	}
	for _, rule := range run.Tool.Driver.Rules {
		ids := defined[rule.ID]
		if len(ids) == 0 || rule.Name == rule.ID || strings.Contains(rule.Name, "_") {
			t.Errorf("%s has the name %q, and is defined by %v", rule.ID, rule.Name, ids)
		}
		for _, id := range ids {
			if !strings.Contains(rule.Help.Text, means(t, c, id)) {
				t.Errorf("the help of %s does not say what %s is: %s", rule.ID, id, rule.Help.Text)
			}
		}
		if !strings.Contains(rule.Help.Text, " What to do: ") || !strings.Contains(rule.Help.Markdown, "**What to do.** ") {
			t.Errorf("the help of %s does not say what to do: %s", rule.ID, rule.Help.Text)
		}
	}
}

// A gap has what to do about it: what is documented near it, which services of the same kind are
// documented to have it, and the entries to paste.
func TestRender_whatToDo(t *testing.T) {
	t.Parallel()
	c, a := vaulted(t)
	page := render(t, report.FormatHTML, report.Options{}, a)
	_, service, _ := strings.Cut(page, "id=r1-azure-key-vault ")
	service, _, _ = strings.Cut(service, "<details class=\"service")
	_, gap, found := strings.Cut(service, "id=r1-azure-key-vault--vnet-injection>")
	gap, _, _ = strings.Cut(gap, "\n<li")
	for _, part := range []string{"<b>What to do:</b>", "Near it, and documented for Azure Key Vault: "} {
		if !found || !strings.Contains(gap, part) {
			t.Errorf("the gap does not say %q: %s", part, gap)
		}
	}
	databases := evaluate(t, c, assess.Requirement{
		Services: []string{"aws-dynamodb", "aws-rds", "aws-documentdb"}, Controls: []string{"encryption-in-transit"},
	})
	const alternative = "Documented to have it, among services of its kind: "
	if !strings.Contains(render(t, report.FormatHTML, report.Options{}, databases), alternative) {
		t.Error("no gap names a service that would do")
	}
	for _, part := range []string{"Entries to paste", "justification", "vnet-injection"} {
		if _, paste, _ := strings.Cut(service, "<details class=more>"); !strings.Contains(paste, part) {
			t.Errorf("the entries to paste have no %q: %s", part, paste)
		}
	}
}

// What limits the verdict is above all else on the page, and leads to the whole of it.
func TestRender_firstScreen(t *testing.T) {
	t.Parallel()
	a := corrected(t, 2)
	a.Scope = &assess.Scope{
		Opaque: []string{"helm_release"}, Undocumented: []string{"azurerm_new_thing"}, UnreadModules: []string{"module.far"},
		OutOfScope: []string{"azure-relay", "aws-store"},
	}
	top, _, _ := strings.Cut(render(t, report.FormatHTML, options(), a), "</header>")
	for _, part := range []string{
		"<a href=#r1-scope>1 module not read</a>", "<a href=#r1-scope>2 services out of scope</a>",
		"<a href=#r1-scope>1 resource type that can deploy anything</a>",
		"<a href=#r1-scope>1 resource type without a document</a>",
		"of your own, not a vendor&#39;s</a>", "<a href=#r1-documents>2 corrections of the catalogue by your sources</a>",
	} {
		if !strings.Contains(top, part) {
			t.Errorf("the first screen has no %q: %s", part, top)
		}
	}
}

// Few places stand in a line, many in a table with what chose the service at each.
func TestRender_places(t *testing.T) {
	t.Parallel()
	opts := options()
	a := evaluate(t, loadCatalog(t), full())
	if text := render(t, report.FormatHTML, opts, a); strings.Contains(text, "Chosen in") ||
		!strings.Contains(text, "chosen at <code>re lay.tf:7</code>") {
		t.Error("few places stand in a table, or not at all")
	}
	var places []configuration.Place
	for i := range 5 {
		places = append(places, configuration.Place{
			Address: fmt.Sprintf("azurerm_vault.v%d", i), Type: "azurerm_vault", File: "vaults.tf", Line: i + 1,
			Note: "not certain",
		})
	}
	opts.Configuration.Services["azure-vault"] = places
	_, table, found := strings.Cut(render(t, report.FormatHTML, opts, a), "<summary>Chosen in 5 places</summary>")
	table, _, _ = strings.Cut(table, "</table>")
	if !found || strings.Count(table, "<tr>") != 1+len(places) {
		t.Errorf("the table is %q", table)
	}
	for i, p := range places {
		row := fmt.Sprintf("<td><code>vaults.tf:%d</code></td><td><code>%s</code></td><td>not certain</td>", i+1, p.Address)
		if !strings.Contains(table, row) {
			t.Errorf("no %q in %s", row, table)
		}
	}
}

// Every finding has an address of its own, whichever form it has on the page.
func TestRender_everyFindingHasAnAddress(t *testing.T) {
	t.Parallel()
	_, a := vaulted(t)
	page := render(t, report.FormatHTML, report.Options{}, a)
	for _, service := range []string{"azure-key-vault", "azure-storage"} {
		for _, check := range []string{
			"vnet-injection", "encryption-in-transit", "data-plane-logging", "any_of_SC-7",
			"avoid_local-authentication-methods-for-data-plane-access",
		} {
			id := " id=r1-" + service + "--" + check
			if n := strings.Count(page, id+">") + strings.Count(page, id+" "); n != 1 {
				t.Errorf("%d elements have%s", n, id)
			}
		}
	}
	if !slices.ContainsFunc(strings.Split(page, "\n"), func(line string) bool {
		return strings.Contains(line, "<a class=self href=#r1-azure-key-vault--vnet-injection ")
	}) {
		t.Error("a finding does not link to itself")
	}
}

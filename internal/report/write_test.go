package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/profile"
	"github.com/security-controls/terraform-provider-controls/internal/crosswalk"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// profiled holds fifteen services of two clouds against the moderate baseline of NIST by one of
// the rules for groups, as examples/profile does by both.
func profiled(t *testing.T, c *catalog.Catalog, rule assess.GroupRule) *assess.Assessment {
	t.Helper()
	mappings, err := c.Mappings()
	if err != nil {
		t.Fatal(err)
	}
	frameworks := profile.Frameworks()
	nist := frameworks[len(frameworks)-1]
	identifiers, err := nist.Identifiers("moderate")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	titles := map[string]string{}
	for _, identifier := range identifiers {
		ids = append(ids, identifier.ID)
		titles[identifier.ID] = identifier.Title
	}
	covered, err := profile.Cover(c, profile.Asked{
		Framework: nist.Name, Versions: nist.Versions, Clouds: []string{"azure", "aws"}, Least: catalog.ConfidenceMedium,
	}, ids)
	if err != nil {
		t.Fatal(err)
	}
	r := assess.Requirement{
		Services: []string{
			"azure-app-service", "azure-container-registry", "azure-cosmos-db", "azure-event-hubs", "azure-functions",
			"azure-key-vault", "azure-kubernetes-service", "azure-sql-database", "azure-storage",
			"aws-dynamodb", "aws-ecr", "aws-eks", "aws-lambda", "aws-rds", "aws-s3",
		},
		Crosswalk: crosswalk.Make(mappings, crosswalk.Asked{
			Framework: nist.Name, Version: nist.Versions[0], Versions: nist.Versions, Least: catalog.ConfidenceMedium,
			Groups: covered.Groups, Titles: titles, Undocumented: covered.Undocumented, OtherVersions: covered.OtherVersions,
			Profile: "NIST SP 800-53 rev5 moderate",
		}),
	}
	if rule == assess.RuleAnyOf {
		r.AnyOf = covered.Groups
	} else {
		r.EveryDocumentedOf = covered.Groups
	}
	return evaluate(t, c, r)
}

// TestWriteReports writes reports into the directory REPORT_DIR, for the tests that hold
// them against published schemas and show them in a browser: make test-schemas and make
// test-browser. It checks nothing itself.
func TestWriteReports(t *testing.T) {
	dir := os.Getenv("REPORT_DIR")
	if dir == "" {
		t.Skip("REPORT_DIR is not set: make test-schemas and make test-browser set it")
	}
	write := func(name, format, text string) {
		if err := os.WriteFile(filepath.Join(dir, name+"."+format+"."+extension(format)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mixed := evaluate(t, loadCatalog(t), full())
	embedded, err := loader.Catalog(loader.Options{Embedded: true, Today: farAhead})
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string][]*assess.Assessment{
		"mixed": {mixed}, "two": {mixed, large(t, 9, 4)},
		"profile":       {profiled(t, embedded, assess.RuleAnyOf)},
		"profile-every": {profiled(t, embedded, assess.RuleEveryDocumentedOf)},
		"1":             {large(t, 1, 5)}, "15": {large(t, 15, 18)}, "150": {large(t, 150, 35)},
	}
	for _, format := range report.Names(report.Formats()) {
		for name, assessments := range sets {
			opts := report.Options{}
			if name == "mixed" {
				opts = options()
			}
			write(name, format, render(t, format, opts, assessments...))
		}
		write("compliant", format, compliantReport(t, format))
		write("enabled", format, enabledReport(t, format))
		write("every", format, everyReport(t, format))
	}
	before, after := profiled(t, embedded, assess.RuleAnyOf), profiled(t, embedded, assess.RuleEveryDocumentedOf)
	write("changes", report.FormatHTML, renderChanges(t, before, after, report.FormatHTML))
	text, err := report.RenderBaseline(embedded, embedded.ServiceIDs(), report.FormatOSCALComponent)
	if err != nil {
		t.Fatal(err)
	}
	write("embedded", report.FormatOSCALComponent, text)
	for _, id := range ids {
		text, err := report.RenderBaseline(loadCatalog(t), []string{id}, report.FormatOSCALComponent)
		if err != nil {
			t.Fatal(err)
		}
		write("baseline-"+id, report.FormatOSCALComponent, text)
	}
	for _, version := range report.OSCALVersions {
		for _, format := range []string{report.FormatOSCALResults, report.FormatOSCALPOAM} {
			opts := options()
			opts.OSCALVersion = version
			write("version-"+version, format, render(t, format, opts, mixed))
		}
	}
}

package report_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// Reports for people say what was not looked at, also where that is nothing or not known.
func TestRender_scopeInEachFormat(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	services := []string{"azure-vault"}
	controls := []string{"vnet-injection"}
	for name, tc := range map[string]struct {
		configuration *configuration.Document
		want          map[string]string
	}{
		"services named": {nil, map[string]string{
			report.FormatHTML:     "<p class=hint>The services were named one by one: what else",
			report.FormatMarkdown: "**Not looked at**: the services were named one by one: what else",
			report.FormatCSV:      ",scope,,,Not looked at,,,,,,The services were named one by one",
		}},
		"nothing left out": {&configuration.Document{}, map[string]string{
			report.FormatMarkdown: "**Not looked at**: nothing that the configuration declares was left out.",
			report.FormatCSV:      ",scope,,,Not looked at,,,,,,Nothing that the configuration declares was left out",
		}},
		"something left out": {
			&configuration.Document{Scope: configuration.Scope{Opaque: []string{"helm_release"}}},
			map[string]string{
				report.FormatMarkdown: "- **Opaque** (can deploy anything, so what they choose is not known): helm\\_release",
				report.FormatCSV:      ",scope,,,Opaque,,,,,,helm_release",
			},
		},
	} {
		a := evaluate(t, c, assess.Requirement{Services: services, Controls: controls, Configuration: tc.configuration})
		for format, want := range tc.want {
			text := render(t, format, report.Options{}, a)
			if !strings.Contains(text, want) {
				t.Errorf("%s, %s: no %q", name, format, want)
			}
			if strings.Contains(text, "Nothing that") && name == "something left out" {
				t.Errorf("%s, %s: nothing is left out", name, format)
			}
		}
	}
}

package report_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// changed is the full requirement some weeks later: an exception is prolonged, one came, one is
// withdrawn, a piece of evidence is gone, and one answers the condition as it is documented by
// now; a service is no longer chosen.
func changed() assess.Requirement {
	r := full()
	r.Services = []string{"azure-vault", "azure-relay", "aws-store"}
	r.Exceptions[0].Expires = "2026-06-30"
	r.Exceptions = append(r.Exceptions[:2], assess.Exception{
		Service: "azure-relay", Control: "local-authentication", Expires: "2025-09-30", Justification: "Keys rotate.",
	})
	r.Evidence = r.Evidence[1:]
	r.Evidence[0].Condition = "Premium tier only"
	return r
}

func renderChanges(t *testing.T, before, after *assess.Assessment, format string) string {
	t.Helper()
	text, err := report.RenderChanges(before, after, format)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRenderChanges_golden(t *testing.T) {
	t.Parallel()
	before, after := evaluate(t, loadCatalog(t), full()), evaluate(t, loadCatalog(t), changed())
	for id, d := range after.Documents {
		if id == "aws-store-2025" {
			d.Title += ", second edition"
			after.Documents[id] = d
		}
	}
	for _, f := range report.ChangesFormats() {
		golden.Check(t, "testdata/changes-"+f.Name+"."+f.Extension, renderChanges(t, before, after, f.Name))
	}
}

func TestRenderChanges(t *testing.T) {
	t.Parallel()
	a, b := evaluate(t, loadCatalog(t), full()), evaluate(t, loadCatalog(t), changed())
	for name, tt := range map[string]struct {
		before, after *assess.Assessment
		says, not     []string
	}{
		"the same": {a, a, []string{"## ✅ Nothing changes"}, []string{"###  New gaps", "| Service |"}},
		"the first": {
			nil, a, []string{"Before: no assessment.", "New: 9 gaps", "not asked → Gap"}, []string{"before: assessment"},
		},
		"later": {a, b, []string{
			"prolonged from 2025-12-31 to 2026-06-30", "withdrawn, was until 2025-07-31", "new, until 2025-09-30",
			"Gap → Excepted", "Evidenced → Gap", "Gap → not asked", "no longer behind a finding",
		}, nil},
		"back": {b, a, []string{"shortened from 2026-06-30 to 2025-12-31", "Gap → Evidenced", "not asked → Gap"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.ReplaceAll(renderChanges(t, tt.before, tt.after, report.FormatMarkdown), `\-`, "-")
			if !strings.HasPrefix(text, report.ChangesMarker) {
				t.Error("the marker is missing")
			}
			for _, part := range tt.says {
				if !strings.Contains(text, part) {
					t.Errorf("no %q in\n%s", part, text)
				}
			}
			for _, part := range tt.not {
				if strings.Contains(text, part) {
					t.Errorf("%q in\n%s", part, text)
				}
			}
			if again := renderChanges(t, tt.before, tt.after, report.FormatMarkdown); strings.ReplaceAll(
				again,
				`\-`,
				"-",
			) != text {
				t.Error("the same assessments gave another text")
			}
		})
	}
	if _, err := report.RenderChanges(nil, a, "pdf"); err == nil {
		t.Error("a format that there is not was accepted")
	}
}

// However much changes, and whatever texts say, a comment takes it and no markup gets in.
func TestRenderChanges_largeAndHostile(t *testing.T) {
	t.Parallel()
	text := renderChanges(t, nil, large(t, 300, 35), report.FormatMarkdown)
	if n := utf8.RuneCountInString(text); n > 65_536 {
		t.Errorf("%d characters", n)
	}
	if strings.Count(text, "<details>") != strings.Count(text, "</details>") || !strings.Contains(text, "more.") {
		t.Errorf("something is left open, or unsaid: …%s", text[len(text)-300:])
	}
	first := evaluate(t, loadCatalog(t), changed())
	style := regexp.MustCompile(`(?s)<style>.*</style>`)
	for _, attack := range attacks {
		for format, text := range map[string]string{
			"markdown": renderChanges(t, first, hostile(t, attack), report.FormatMarkdown),
			"html":     renderChanges(t, first, hostile(t, attack), report.FormatHTML) + "<script></script>",
		} {
			if err := wellFormed(format, style.ReplaceAllString(text, "")); err != nil {
				t.Errorf("%s with %q: %v", format, attack, err)
			}
			if strings.ContainsAny(text, "\x00\x01\x1b\u202e") {
				t.Errorf("%s with %q has a control character", format, attack)
			}
		}
	}
}

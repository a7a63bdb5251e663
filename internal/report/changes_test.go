package report_test

import (
	"fmt"
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
		"the same": {a, a, []string{"## ✅ Nothing changes"}, []string{"### New gaps", "| Service |"}},
		"the first": {
			nil, a,
			[]string{"Before: no assessment.", "New: 9 gaps", "not asked → Gap"},
			[]string{"before: `sha256", "### What is asked"},
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

// What is accepted, or answered by evidence, is not closed; a group whose rule changes stays the
// same group; and what was asked of which catalogue is said.
func TestRenderChanges_counts(t *testing.T) {
	t.Parallel()
	first := assess.Requirement{
		Services: []string{"azure-relay", "azure-vault"}, Controls: []string{"customer-keys", "vnet-injection"},
		EveryDocumentedOf: map[string][]string{"AC-4": {"customer-keys", "vnet-injection"}}, Enforcement: "deny",
	}
	second := first
	second.AnyOf, second.EveryDocumentedOf, second.Enforcement = second.EveryDocumentedOf, nil, "warn"
	second.Exceptions = []assess.Exception{
		{Service: "azure-vault", Control: "vnet-injection", Expires: "2026-12-31", Justification: "Later."},
	}
	second.Evidence = []assess.Evidence{
		{Service: "azure-vault", Control: "customer-keys", Condition: "Premium tier only", Reference: "ticket-1"},
	}
	before, after := evaluate(t, loadCatalog(t), first), evaluate(t, loadCatalog(t), second)
	after.Catalog.Sources[0].Digest = "sha256:" + strings.Repeat("0", 64)
	after.Catalog.Digest = "sha256:" + strings.Repeat("1", 64)
	_, was, err := before.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.ChangesFormats() {
		text := strings.ReplaceAll(renderChanges(t, before, after, f.Name), `\`, "")
		for _, part := range []string{
			"Accepted: 1 gap, answered by evidence: 2 gaps", "Gaps accepted as exceptions", "Gaps answered by evidence",
			"What is asked otherwise", "rule of groups", "1 group: AC-4", "enforcement",
			was, before.Catalog.Digest, after.Catalog.Digest, after.Catalog.Sources[0].Digest, "other contents",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %q:\n%s", f.Name, part, text)
			}
		}
		if n := strings.Count(text, "every_documented_of"); n != 1 {
			t.Errorf("%s says %d times which rule the group had", f.Name, n)
		}
		for _, part := range []string{"Closed gaps", "losed: ", "No longer asked", "no longer asked about"} {
			if strings.Contains(text, part) {
				t.Errorf("%s has %q:\n%s", f.Name, part, text)
			}
		}
	}
}

// Which exceptions count is said in the words of the policy, and that it differs also where these do not.
func TestRenderChanges_policy(t *testing.T) {
	t.Parallel()
	a := registered(t, assess.Policy{MaxDays: new(int64(400))})
	for want, policy := range map[string]assess.Policy{
		"| max_days = 400, 1 key may sign | max_days = 300, 1 key may sign |": {MaxDays: new(int64(300))},
		"| max_days = 400, 1 key may sign | max_days = 400, 1 key may sign; other keys, workloads or registers |": {
			MaxDays: new(int64(400)), Revoked: []string{"SHA256:eve"},
		},
	} {
		text := strings.ReplaceAll(renderChanges(t, a, registered(t, policy), report.FormatMarkdown), `\`, "")
		if !strings.Contains(text, "| exception_policy "+want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// What many groups ask otherwise leaves room for the gaps that follow from it.
func TestRenderChanges_manyGroups(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{Services: []string{"azure-relay"}, AnyOf: map[string][]string{}}
	later := r
	later.AnyOf = map[string][]string{}
	for n := range 300 {
		name := fmt.Sprintf("AC-%d", n)
		r.AnyOf[name] = []string{"encryption-in-transit", "vnet-injection"}
		later.AnyOf[name] = []string{"audit-logging", "data-plane-logging"}
	}
	text := renderChanges(t, evaluate(t, loadCatalog(t), r), evaluate(t, loadCatalog(t), later), report.FormatMarkdown)
	if n := strings.Count(text, "| members of groups | encryption"); n != 10 {
		t.Errorf("%d groups are listed with their members, expected 10", n)
	}
	for _, part := range []string{"New: 300 gaps", "### New gaps", "\n### What is asked otherwise", "AC-10, AC-11", "AC-299 |"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%.4000s", part, text)
		}
	}
}

// A gap that is one for the same members by another rule is no gap for another reason.
func TestRenderChanges_anotherRuleAlone(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{
		Services: []string{"azure-relay"}, AnyOf: map[string][]string{"AU-2(1)": {"audit-logging", "data-plane-logging"}},
	}
	before := evaluate(t, loadCatalog(t), r)
	r.AnyOf, r.EveryDocumentedOf = nil, r.AnyOf
	text := renderChanges(t, before, evaluate(t, loadCatalog(t), r), report.FormatMarkdown)
	if !strings.Contains(text, "No gap comes or goes") || !strings.Contains(text, "1 group: AU") ||
		strings.Contains(text, "Gaps for another reason") {
		t.Errorf("got\n%s", text)
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

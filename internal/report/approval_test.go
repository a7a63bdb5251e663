package report_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// registered has one gap that a signed register accepts, and one that its author accepts.
func registered(t *testing.T, policy assess.Policy) *assess.Assessment {
	t.Helper()
	ann := assess.Approver{Fingerprint: "SHA256:ann", Principal: "ann@example.com"}
	policy.Approvers, policy.Registers = []assess.Approver{ann}, true
	return evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-vault"}, Controls: []string{"vnet-injection", "customer-keys"}, Workload: "shop-prod",
		Exceptions: []assess.Exception{{
			Service: "azure-vault", Control: "customer-keys", Expires: "2025-12-31", Justification: "Mine.", ApprovedBy: "Myself",
		}},
		Approval: &assess.Approval{Policy: policy, Registers: []assess.Register{{
			RegisterRef: assess.RegisterRef{
				Digest: "sha256:" + strings.Repeat("0", 64), Issued: "2025-06-01", Name: "board", Signers: []assess.Approver{ann},
			},
			Workloads: []string{"shop-*"},
			Exceptions: []assess.RegisterException{{
				Services: []string{"azure-vault"}, Controls: []string{"vnet-injection"}, Justification: "Theirs.",
				Expires: catalog.Date("2025-12-31"),
			}},
		}}},
	})
}

// Reports tell what a register accepts, signed, from what the requirement says of itself, and
// by which policy either counts.
func TestRender_approval(t *testing.T) {
	t.Parallel()
	a := registered(t, assess.Policy{RequireApprover: true, MinApprovers: 1, MaxDays: new(int64(400))})
	for format, wants := range map[string][]string{
		report.FormatHTML: {
			"ann@example.com<br><span class=meaning>Register board of 2025-06-01, signed by ann@example.com (SHA256:ann)</span>",
			"Myself<br><span class=meaning>In the requirement, not signed</span>",
			"exception_policy: min_approvers = 1, max_days = 400, require_approver = true, 1 key may sign.",
			"<strong>Register</strong><code>board of 2025-06-01, signed by ann@example.com (SHA256:ann), sha256:0000",
			"<dt>Workload</dt><dd>shop-prod</dd>",
		},
		report.FormatMarkdown: {
			"register board of 2025-06-01, signed by ann@<!-- -->example.com (SHA256:ann)",
			"| Myself, in the requirement, not signed |", "`exception_policy`: min_approvers = 1, max_days = 400",
			"workload shop-prod",
		},
		report.FormatCSV: {
			`"register board of 2025-06-01, signed by ann@example.com (SHA256:ann)"`, `"in the requirement, not signed"`,
			",register,,,Register of exceptions,", ",policy,,,exception_policy,", ",report,,,Workload,",
		},
		report.FormatJUnit: {`name="workload" value="shop-prod"`},
	} {
		text := strings.ReplaceAll(strings.NewReplacer(`\-`, "-", `\_`, "_", `\(`, "(", `\)`, ")", `\=`, "=").Replace(
			render(t, format, report.Options{}, a)), "\r\n", "\n")
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", format, want, text[max(0, len(text)-9000):])
			}
		}
	}
	denied := render(t, report.FormatHTML, report.Options{}, registered(t, assess.Policy{Inline: assess.Deny}))
	if !strings.Contains(denied, "exception_policy: inline = &#34;deny&#34;, 1 key may sign.") {
		t.Errorf("the policy is not said:\n%s", denied[max(0, len(denied)-9000):])
	}
}

// Without registers it is said once that nobody signed the exceptions.
func TestRender_unsignedExceptions(t *testing.T) {
	t.Parallel()
	text := fullReport(t, report.FormatHTML)
	if n := strings.Count(text, "in the requirement, not signed"); n != 1 {
		t.Errorf("it is said %d times", n)
	}
	if strings.Contains(text, "exception_policy") {
		t.Error("there is a policy that nobody has")
	}
}

// How old a document is depends on the day: without one nothing is said of it.
func TestRender_ageWithoutDate(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), full())
	const head = "<th scope=col>Age</th>"
	if text := render(t, report.FormatHTML, report.Options{}, a); strings.Contains(text, head) {
		t.Error("a report without a date has ages")
	}
	text := render(t, report.FormatHTML, report.Options{Date: "2026-06-30"}, a)
	if !strings.Contains(text, head) || !strings.Contains(text, "</td><td>1 year</td>") {
		t.Error("a report with a date has no ages")
	}
}

// What applies to nothing is not supported.
func TestRender_notApplicableIsNotSupported(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-relay"}, AnyOf: map[string][]string{"SC-28": {"customer-keys"}},
	})
	text := render(t, report.FormatHTML, report.Options{}, a)
	if a.Services["azure-relay"].Groups["SC-28"].Outcome != assess.NotApplicable {
		t.Fatalf("it is %q", a.Services["azure-relay"].Groups["SC-28"].Outcome)
	}
	const says = " (documented as not applicable: Customer-managed keys"
	if strings.Contains(text, "(supported by Customer-managed keys") || !strings.Contains(text, says) {
		t.Error("what is not applicable is said to be supported")
	}
}

// The draft sends whoever renews an exception to where it is written.
func TestRender_endedInARegister(t *testing.T) {
	t.Parallel()
	text := render(t, report.FormatDraftHCL, report.Options{Date: "2026-01-01"}, registered(t, assess.Policy{}))
	for _, want := range []string{
		`vnet-injection of azure-vault ended on 2025-12-31: renew the entry in the register "board", and have that signed.`,
		"customer-keys of azure-vault ended on 2025-12-31: renew the entry that is there.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

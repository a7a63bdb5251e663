package attest_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// otherCatalog is that of the tests with an edit.
func otherCatalog(t *testing.T, edits ...string) *catalog.Catalog {
	t.Helper()
	text, err := os.ReadFile("testdata/catalog.yaml")
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.NewReplacer(edits...).Replace(string(text))
	if len(edits) > 0 && edited == string(text) {
		t.Fatal("nothing was edited")
	}
	file := t.TempDir() + "/catalog.yaml"
	if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Sources: []loader.Source{{Path: file}}, Today: catalog.DateOf(now)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fabricated is an assessment by which all is satisfied, whatever the documents say: made
// of a true one, so that nothing in it contradicts itself.
func fabricated(t *testing.T, text string, edit func(a map[string]any)) string {
	t.Helper()
	var a map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&a); err != nil {
		t.Fatal(err)
	}
	edit(a)
	b, err := canonicaljson.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Parse(string(b)); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// at follows keys into an object.
func at(a map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		a = a[key].(map[string]any) //nolint:forcetypeassert // a test that has it wrong fails
	}
	return a
}

// satisfiedVault is the gap of the vault, made up to be none.
func satisfiedVault(a map[string]any) {
	at(a, "services", "vault", "controls")["vnet-injection"] = map[string]any{"outcome": "satisfied"}
	at(a, "services", "vault")["compliant"], a["compliant"] = true, true
	at(a, "requirement")["enforcement"] = "deny"
	a["weakened"] = map[string]any{"by": []any{"no_embedded_catalog"}, "tolerated": []any{}}
}

// Whoever issues has the catalogue, and refuses what was made up.
func TestIssue_madeUp(t *testing.T) {
	t.Parallel()
	honest := assessed(t, gaps())
	text := fabricated(t, honest, satisfiedVault)
	r := request(t)
	r.Assessments = []string{text}
	_, err := attest.Issue(r)
	refused(t, err, "Assessment refused", "The assessment was made up, or changed since it was made",
		`the assessment says of "vnet-injection" {"outcome":"satisfied"}, and evaluated anew by the catalogue that it names it `+
			`is {"outcome":"gap","reason":"unsupported","status":"no"}`)

	// By another catalogue nobody can tell: it is issued, and said.
	for name, tc := range map[string]struct {
		c    *catalog.Catalog
		text string
		want []int
	}{
		"the catalogue":         {r.Catalog, honest, nil},
		"another catalogue":     {otherCatalog(t, "publisher: P", "publisher: Q"), text, []int{1}},
		"no catalogue":          {nil, honest, []int{1}},
		"the same, of a folder": {otherCatalog(t), honest, nil},
	} {
		r.Catalog, r.Assessments = tc.c, []string{tc.text}
		a, err := attest.Issue(r)
		if err != nil {
			t.Errorf("%s: %s", name, err)
		} else if !slices.Equal(a.Believed, tc.want) {
			t.Errorf("%s: believed %v", name, a.Believed)
		}
	}
}

// Where whoever issued believed it, a verifier does not.
func TestVerify_madeUp(t *testing.T) {
	t.Parallel()
	honest := assessed(t, gaps())
	r := request(t)
	c := r.Catalog
	r.Catalog, r.Key = nil, testKeys()[0].parse(t)
	digest := "sha256:" + strings.Repeat("5", 64)
	sources := func(a map[string]any) {
		at(a, "catalog")["digest"] = digest
	}
	for name, tc := range map[string]struct {
		text  string
		byHim bool // the verifier has the assessment itself
		want  string
	}{
		"by his catalogue": {
			fabricated(t, honest, satisfiedVault), false,
			`Service "vault": the attestation says of the control "vnet-injection" "Yes" by the document "vault-1", and ` +
				`the catalogue that it names says "No" by the document "vault-1"`,
		},
		"not applicable": {
			fabricated(t, honest, func(a map[string]any) {
				satisfiedVault(a)
				at(a, "services", "vault", "controls")["vnet-injection"] = map[string]any{"outcome": "not_applicable"}
			}), false, `"N/A" by the document`,
		},
		"a member that nothing is said to document": {
			fabricated(t, assessed(t, assess.Requirement{
				Services: []string{"vault"}, Enforcement: assess.EnforcementWarn,
				EveryDocumentedOf: map[string][]string{"SC-7": {"encryption-in-transit", "vnet-injection"}},
			}), func(a map[string]any) {
				group := at(a, "services", "vault", "groups", "SC-7")
				at(group, "controls")["vnet-injection"] = map[string]any{"outcome": "gap", "reason": "undocumented"}
				group["outcome"] = "satisfied"
				delete(group, "reason")
				at(a, "services", "vault")["compliant"], a["compliant"] = true, true
			}), false, `the attestation says of the control "vnet-injection" that nothing is documented`,
		},
		"a title, which statements do not have": {
			fabricated(t, assessed(t, plain()), func(a map[string]any) {
				at(a, "controls", "encryption-in-transit")["title"] = "Encryption of all"
			}), true, "Assessment is made up",
		},
		"an end that is left out": {
			fabricated(t, assessed(t, plain()), func(a map[string]any) {
				delete(at(a, "services", "store"), "lifecycle")
			}), false,
			`service "store": the attestation says that its end is "", and the catalogue that it names "2027-01-01"`,
		},
		"on by default": {
			fabricated(t, assessed(t, assess.Requirement{
				Services: []string{"vault"}, Controls: []string{"encryption-in-transit"}, Enforcement: assess.EnforcementWarn,
				MustBe: assess.MustBeEnabled, Configuration: &configuration.Document{
					Settings: map[string]map[string]configuration.Setting{},
				},
			}), func(a map[string]any) {
				at(a, "services", "vault", "controls")["encryption-in-transit"] = map[string]any{
					"enabled_by_default": true, "outcome": "satisfied",
				}
				at(a, "services", "vault")["compliant"], a["compliant"] = true, true
			}), false, `does not say by the document "vault-1" that it is on by default`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			r.Assessments = []string{tc.text}
			a := issue(t, r)
			v := expecting(r, a)
			v.Catalog = c
			if tc.byHim {
				v.Assessment, v.SubjectDigest = tc.text, ""
			}
			_, err := attest.Verify(v)
			refused(t, err, tc.want)
		})
	}

	// By a catalogue that nobody has: it passes as believed, and not where nothing may be.
	r.Assessments = []string{fabricated(t, honest, func(a map[string]any) { satisfiedVault(a); sources(a) })}
	a := issue(t, r)
	v := expecting(r, a)
	v.Catalog = c
	verified, err := attest.Verify(v)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{attest.WeakenedByOwnDocuments: {
		"store/encryption-in-transit", "store/vnet-injection", "vault/encryption-in-transit", "vault/vnet-injection",
	}}
	if diff := cmp.Diff(want, verified.Believed); diff != "" {
		t.Error(diff)
	}
}

// With the documents of the embedded catalogue it is seen even where the catalogue is another.
func TestVerify_otherCatalog(t *testing.T) {
	t.Parallel()
	embedded, err := loader.Catalog(loader.Options{Embedded: true, Today: catalog.DateOf(now)})
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(embedded, assess.Requirement{
		Services: []string{"azure-key-vault"}, Controls: []string{"service-endpoints", "vnet-injection"},
		Workload: "shop-prod", Enforcement: assess.EnforcementWarn,
	}, catalog.DateOf(now))
	if err != nil {
		t.Fatal(err)
	}
	honest, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	another := func(a map[string]any) {
		at(a, "catalog")["digest"] = "sha256:" + strings.Repeat("5", 64)
		at(a, "requirement")["enforcement"] = "deny"
		delete(a, "weakened")
	}
	r := request(t)
	r.Key, r.Catalog = testKeys()[0].parse(t), nil
	for name, tc := range map[string]struct {
		edit func(a map[string]any)
		want string
	}{
		"a version that says the same": {func(a map[string]any) {
			another(a)
			at(a, "requirement")["controls"] = []any{"service-endpoints"}
			delete(at(a, "services", "azure-key-vault", "controls"), "vnet-injection")
			delete(at(a, "controls"), "vnet-injection")
			at(a, "services", "azure-key-vault")["compliant"], a["compliant"] = true, true
		}, ""},
		"made up": {func(a map[string]any) {
			another(a)
			at(a, "services", "azure-key-vault", "controls")["vnet-injection"] = map[string]any{"outcome": "satisfied"}
			at(a, "services", "azure-key-vault")["compliant"], a["compliant"] = true, true
		}, "azure-key-vault/vnet-injection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r
			r.Assessments = []string{fabricated(t, honest, tc.edit)}
			a := issue(t, r)
			v := binding(t, r, a)
			v.Catalog, v.AllowWeakened = embedded, nil
			_, err := attest.Verify(v)
			if tc.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused(t, err, "Attestation by another catalogue", tc.want, `name "other_catalog" in allow_weakened`)
			v.AllowWeakened = []string{attest.WeakenedByOtherCatalog}
			verified, err := attest.Verify(v)
			if err != nil {
				t.Fatal(err)
			}
			if got := verified.Believed[attest.WeakenedByOtherCatalog]; !slices.Equal(got, []string{tc.want}) {
				t.Errorf("believed: %v", verified.Believed)
			}
		})
	}
}

// An assessment that is a subject in passing was not attested to.
func TestVerify_subjectInPassing(t *testing.T) {
	t.Parallel()
	other := assessed(t, full())
	r := request(t, plain())
	r.Key = testKeys()[0].parse(t)
	r.Subjects = []attest.Subject{{Name: "assessment.json", Digest: map[string]string{
		"sha256": strings.TrimPrefix(canonicaljson.Digest([]byte(other)), "sha256:"),
	}}}
	a := issue(t, r)
	v := expecting(r, a)
	v.Assessment, v.SubjectDigest = other, ""
	_, err := attest.Verify(v)
	refused(t, err, "Another subject", "it is none of its assessments")
}

// Outcomes that pass go with what is documented.
func TestVerify_outcomeContradictsStatus(t *testing.T) {
	t.Parallel()
	r, a := signed(t, plain())
	v := expecting(r, a)
	v.Catalog = nil
	v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], `"documented":"yes"`, `"documented":"no"`), r.Key)
	_, err := attest.Verify(v)
	refused(t, err, "Statement refused", `has the outcome "satisfied", which contradicts that it is documented as "no"`)

	// Nor does a gap of a group's member count as one that nothing documents.
	r, a = signed(t, assess.Requirement{
		Services: []string{"store"}, EveryDocumentedOf: map[string][]string{"SC-7": {"encryption-in-transit", "vnet-injection"}},
	})
	v = expecting(r, a)
	v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls],
		`"documented":"yes","id":"vnet-injection","outcome":"satisfied"`,
		`"documented":"no","id":"vnet-injection","outcome":"gap","reason":"undocumented"`), r.Key)
	_, err = attest.Verify(v)
	refused(t, err, "Statement refused", `the control "vnet-injection"`)
}

const evidenceRegister = `name: security-board
issued: "2026-06-01"
workload: shop-*
evidence:
  - service: vault
    control: customer-keys
    condition: |
      Premium tier only
    reference: seen in the portal
`

// Evidence is held against approvers as exceptions are.
func TestVerify_evidenceApprovers(t *testing.T) {
	t.Parallel()
	conditional := func(r assess.Requirement) assess.Requirement {
		r.Services, r.Controls = []string{"vault"}, []string{"customer-keys"}
		return r
	}
	grouped := func(r assess.Requirement, members ...string) assess.Requirement {
		r.Services, r.Controls, r.AnyOf = []string{"vault"}, nil, map[string][]string{"SC-12": members}
		return r
	}
	inline := plain()
	inline.Workload = "shop-prod"
	inline.Evidence = []assess.Evidence{{
		Service: "vault", Control: "customer-keys", Condition: "Premium tier only", Reference: "believe me",
		ApprovedBy: "ann@example.com",
	}}
	good := attest.RegisterFile{Content: evidenceRegister, Signatures: []string{ann.Sign(evidenceRegister)}}
	his := attest.RegisterFile{Content: evidenceRegister, Signatures: []string{eve.Sign(evidenceRegister)}}
	both := registered(t, evidenceRegister, ann)
	both.Evidence = inline.Evidence
	for name, tc := range map[string]struct {
		req   assess.Requirement
		files []attest.RegisterFile
		want  string
	}{
		"signed by an approver": {conditional(registered(t, evidenceRegister, ann)), []attest.RegisterFile{good}, ""},
		"signed by himself": {
			conditional(registered(t, evidenceRegister, eve)), []attest.RegisterFile{his}, "none of the approvers'",
		},
		"not carried":               {conditional(registered(t, evidenceRegister, ann)), nil, "does not carry the register"},
		"of the requirement itself": {conditional(inline), nil, "it stands in the requirement itself"},
		"of both":                   {conditional(both), []attest.RegisterFile{good}, ""},
		"in a group":                {grouped(inline, "customer-keys"), nil, "it stands in the requirement itself"},
		"in a group that needs none": {
			grouped(inline, "customer-keys", "encryption-in-transit"), nil, "",
		},
		"in a group of which each is needed": {
			assess.Requirement{
				Services: []string{"vault"}, Workload: "shop-prod", Evidence: inline.Evidence,
				EveryDocumentedOf: map[string][]string{"SC-12": {"customer-keys", "encryption-in-transit"}},
			}, nil, "it stands in the requirement itself",
		},
		"in a group, signed": {grouped(registered(t, evidenceRegister, ann), "customer-keys"), []attest.RegisterFile{good}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, a := carrying(t, tc.req, tc.files...)
			v := binding(t, r, a)
			verified, err := attest.Verify(v)
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(verified.Believed) > 0 {
					t.Errorf("believed: %v", verified.Believed)
				}
				return
			}
			refused(t, err, "Evidence is not approved", tc.want, `name "inline_evidence" in allow_weakened`)
			v.AllowWeakened = append(v.AllowWeakened, attest.WeakenedByInlineEvidence)
			if verified, err = attest.Verify(v); err != nil {
				t.Fatal(err)
			}
			if len(verified.Believed[attest.BelievedEvidence]) != 1 {
				t.Errorf("believed: %v", verified.Believed)
			}
		})
	}

	// Nor does it help to edit what the statement says of it.
	r, a := carrying(t, conditional(registered(t, evidenceRegister, ann)), good)
	statement := a.Statements[attest.Controls]
	for _, edit := range [][3]string{
		{`"reference":"seen in the portal"`, `"reference":"seen elsewhere"`, "has no such evidence"},
		{`"issuedOn":"2026-06-01"`, `"issuedOn":"2026-06-10"`, "and it is \"security-board\" of 2026-06-01"},
		{`"evidence":[{`, `"evidences":[{`, "there is none"},
	} {
		v := binding(t, r, a)
		v.Envelope = attest.Seal(replaced(t, statement, edit[0], edit[1]), r.Key)
		_, err := attest.Verify(v)
		refused(t, err, "Evidence is not approved", edit[2])
	}
	if _, problems := approve.ParseRegister("board.yaml", []byte(evidenceRegister)); problems != nil {
		t.Error(problems)
	}
}

package attest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
)

const boardRegister = `name: security-board
issued: "2026-06-01"
workload: shop-*
exceptions:
  - service: vault
    control: vnet-injection
    justification: Reached from one subnet alone.
    expires: "2026-12-31"
`

var ann, eve = approvetest.Ed25519("ann"), approvetest.Ed25519("eve")

// registered is a requirement of which a register, signed by a key whose owner the workspace
// trusts, accepts a gap.
func registered(t testing.TB, register string, key approvetest.Key, options ...string) assess.Requirement {
	t.Helper()
	r, problems := approve.ParseRegister("board.yaml", []byte(register))
	if problems != nil {
		t.Fatal(problems)
	}
	approvers, err := approve.ParseApprovers("approvers", key.Approver("ann@example.com", strings.Join(options, ",")))
	if err != nil {
		t.Fatal(err)
	}
	book := &approve.Book{Approvers: approvers}
	s := &approve.Signed{Register: r, Digest: canonicaljson.Digest([]byte(register))}
	s.Signatures = []approve.Signature{book.Check("board.yaml.sig", r.Data, []byte(key.Sign(register)))}
	book.Registers = []*approve.Signed{s}
	req := plain()
	req.Controls = append(req.Controls, "vnet-injection")
	req.Workload, req.Approval = "shop-prod", book.Approval(assess.Policy{})
	return req
}

func carrying(t *testing.T, req assess.Requirement, files ...attest.RegisterFile) (attest.Request, *attest.Attestation) {
	t.Helper()
	r := request(t, req)
	r.Key = testKeys()[0].parse(t)
	r.Registers = files
	return r, issue(t, r)
}

func binding(t *testing.T, r attest.Request, a *attest.Attestation) attest.Verification {
	t.Helper()
	v := expecting(r, a)
	v.AllowExceptions, v.AllowWeakened = true, []string{assess.WeakenedByNoCatalog}
	approvers, err := approve.ParseApprovers("exception_approvers", ann.Approver("ann@example.com", ""))
	if err != nil {
		t.Fatal(err)
	}
	v.ExceptionApprovers, v.Workload = approvers, "shop-prod"
	return v
}

// An exception that an approver of the verifier has signed passes; whatever the workspace
// claims of others does not.
func TestVerify_exceptionApprovers(t *testing.T) {
	t.Parallel()
	good := attest.RegisterFile{Content: boardRegister, Signatures: []string{eve.Sign(boardRegister), ann.Sign(boardRegister)}}
	req := registered(t, boardRegister, ann)
	r, a := carrying(t, req, good)
	v := binding(t, r, a)
	if _, err := attest.Verify(v); err != nil {
		t.Fatal(err)
	}
	long := v
	long.MaxExceptionDays = 213
	if _, err := attest.Verify(long); err != nil {
		t.Error(err)
	}
	statement := a.Statements[attest.Controls]
	for name, tc := range map[string]struct {
		edit func(*attest.Verification)
		want string
	}{
		"exceptions are not allowed": {func(v *attest.Verification) { v.AllowExceptions = false }, "Attestation has exceptions"},
		"another workload": {
			func(v *attest.Verification) { v.Workload = "blog-prod" }, `is about the workload "shop-prod", expected "blog-prod"`,
		},
		"no workload":    {func(v *attest.Verification) { v.Workload = "" }, "the workload has to be named"},
		"a lowered bar":  {func(v *attest.Verification) { v.AllowWeakened = nil }, "Attestation of a lowered bar"},
		"lasts too long": {func(v *attest.Verification) { v.MaxExceptionDays = 30 }, "Exception lasts too long"},
		"a changed register": {func(v *attest.Verification) {
			v.Envelope = attest.Seal(replaced(t, statement, "one subnet alone.\\n    expires", "two subnets.\\n    expires"),
				r.Key)
		}, "does not carry the register"},
		"a later end": {func(v *attest.Verification) {
			v.Envelope = attest.Seal(replaced(t, statement, `"expiresAt":"2027-01-01T00:00:00Z"`,
				`"expiresAt":"2028-01-01T00:00:00Z"`), r.Key)
		}, "ends on 2026-12-31"},
		"another gap": {func(v *attest.Verification) {
			text := replaced(t, statement, `"control":"vnet-injection","expiresAt"`,
				`"control":"encryption-in-transit","expiresAt"`)
			v.Envelope = attest.Seal(text, r.Key)
		}, "there are 0 entries for it"},
		"another workload than the register's": {func(v *attest.Verification) {
			v.Workload = "blog"
			v.Envelope = attest.Seal(replaced(t, statement, `"workload":"shop-prod"`, `"workload":"blog"`), r.Key)
		}, `is for the workload "shop-*", and this is "blog"`},
		"an older issue claimed newer": {func(v *attest.Verification) {
			v.Envelope = attest.Seal(replaced(t, statement, `"issuedOn":"2026-06-01"`, `"issuedOn":"2026-06-10"`), r.Key)
		}, "and it is \"security-board\" of 2026-06-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := v
			tc.edit(&v)
			_, err := attest.Verify(v)
			refused(t, err, tc.want)
		})
	}
}

// An exception that has not begun, of an approver, does not lend its name to one that counts.
func TestIssue_pendingException(t *testing.T) {
	t.Parallel()
	later := strings.NewReplacer("2026-06-01", "2026-06-20", "2026-12-31", "2026-07-31").Replace(boardRegister)
	req := registered(t, later, ann)
	req.Exceptions = []assess.Exception{{
		Service: "vault", Control: "vnet-injection", Justification: "x", ApprovedBy: "me", Expires: "2026-12-31",
	}}
	_, a := carrying(t, req)
	const want = `"exceptions":[{"approver":"me","control":"vnet-injection","expiresAt":"2027-01-01T00:00:00Z"`
	for _, kind := range []attest.Kind{attest.Controls, attest.SummaryKind} {
		if text := a.Statements[kind]; !strings.Contains(text, want) || strings.Contains(text, "ann@example.com") {
			t.Errorf("expected %s in %s", want, text)
		}
	}
}

// How long an exception lasts has to be said, wherever a later version may say it.
func TestVerify_exceptionDaysUnknown(t *testing.T) {
	t.Parallel()
	r, a := signed(t, full())
	v := expecting(r, a)
	v.AllowExceptions, v.MaxExceptionDays = true, 3653
	if _, err := attest.Verify(v); err != nil {
		t.Fatal(err)
	}
	v.Envelope = attest.Seal(replaced(t, a.Statements[attest.Controls], `"exceptions":[{`, `"acceptances":[{`), r.Key)
	_, err := attest.Verify(v)
	refused(t, err, "Statement refused", `"vault/vnet-injection" passed by an exception of which`)
}

// A catalogue of one's own, beside the embedded one, says that there is no gap: no exception is
// needed, and a verifier who asks who may accept one has to hear of it.
func TestVerify_ownDocuments(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte(`services:
  - id: azure-key-vault
    name: Key Vault
    cloud: azure
    documents:
      - id: shop-reading
        series: shop
        title: What we found
        publisher: Shop
        url: https://shop.example/reading
        published: "2026-06-10"
        statements:
          - control: vnet-injection
            status: "yes"
`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Catalog(loader.Options{Embedded: true, Sources: []loader.Source{{Path: file}}, Today: catalog.DateOf(now)})
	if err != nil {
		t.Fatal(err)
	}
	result, err := assess.Evaluate(c, assess.Requirement{
		Services: []string{"azure-key-vault"}, Controls: []string{"vnet-injection"}, Workload: "shop-prod",
	}, catalog.DateOf(now))
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := result.Assessment.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r := attest.Request{Assessments: []string{text}, Version: "1.2.3", Validity: time.Hour, Now: now, Key: testKeys()[0].parse(t)}
	a := issue(t, r)
	v := expecting(r, a)
	if v.Catalog, err = loader.Catalog(loader.Options{Embedded: true, Today: catalog.DateOf(now)}); err != nil {
		t.Fatal(err)
	}
	verified, err := attest.Verify(v)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"azure-key-vault/vnet-injection"}
	if got := verified.Believed; len(got) != 1 || !slices.Equal(got["own_documents"], want) {
		t.Errorf("believed: %v", got)
	}
	strict := v
	strict.AllowWeakened = []string{}
	_, err = attest.Verify(strict)
	refused(t, err, "Attestation of a lowered bar", `weakened by "own_documents"`)
	bound := binding(t, r, a)
	bound.Catalog = v.Catalog
	_, err = attest.Verify(bound)
	refused(t, err, "Attestation of a lowered bar", `weakened by "own_documents"`)
	strict.AllowWeakened = []string{attest.WeakenedByOwnDocuments}
	if _, err := attest.Verify(strict); err != nil {
		t.Error(err)
	}
}

// Whoever writes the configuration approves for himself, in every way that there is.
func TestVerify_selfApproved(t *testing.T) {
	t.Parallel()
	own := registered(t, boardRegister, eve) // the workspace says that eve's key is ann's
	inline := plain()
	inline.Controls, inline.Workload = append(inline.Controls, "vnet-injection"), "shop-prod"
	inline.Exceptions = []assess.Exception{{
		Service: "vault", Control: "vnet-injection", Justification: "x", ApprovedBy: "ann@example.com", Expires: "2026-12-31",
	}}
	ended := strings.Replace(boardRegister, `expires: "2026-12-31"`, `expires: "2026-06-14"`, 1)
	for name, tc := range map[string]struct {
		req   assess.Requirement
		files []attest.RegisterFile
		want  string
	}{
		"inline":      {inline, nil, "it stands in the requirement itself"},
		"not carried": {own, nil, "does not carry the register"},
		"signed by himself": {
			own,
			[]attest.RegisterFile{{Content: boardRegister, Signatures: []string{eve.Sign(boardRegister)}}},
			"none of the approvers'",
		},
		"not signed": {own, []attest.RegisterFile{{Content: boardRegister}}, "no signature counts here today"},
		"signed by an approver, for another text": {own, []attest.RegisterFile{{
			Content: boardRegister, Signatures: []string{ann.Sign(ended)},
		}}, "does not fit the register"},
		"signed by an approver, for another use": {own, []attest.RegisterFile{{
			Content: boardRegister, Signatures: []string{ann.SignFor("git", "sha512", boardRegister)},
		}}, "for the namespace"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, a := carrying(t, tc.req, tc.files...)
			_, err := attest.Verify(binding(t, r, a))
			refused(t, err, "Exception is not approved", tc.want)
		})
	}
}

// What is carried is what the assessments rest on, all of it.
func TestIssue_registers(t *testing.T) {
	t.Parallel()
	req := registered(t, boardRegister, ann)
	for name, tc := range map[string]struct {
		files []attest.RegisterFile
		want  string
	}{
		"none of them": {[]attest.RegisterFile{}, `registers "security-board" are missing`},
		"another":      {[]attest.RegisterFile{{Content: boardRegister + "\n"}}, "is from the register with the digest"},
		"no register":  {[]attest.RegisterFile{{Content: "x: 1"}}, "register.yaml:1: the register"},
		"twice":        {[]attest.RegisterFile{{Content: boardRegister}, {Content: boardRegister}}, "there twice"},
		"as JSON":      {[]attest.RegisterFile{{Content: boardRegister, File: "a/board.json"}}, "board.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(t, req)
			r.Registers = tc.files
			_, err := attest.Issue(r)
			refused(t, err, tc.want)
		})
	}
}

// carriedRequest carries a register.
func carriedRequest(t testing.TB) attest.Request {
	t.Helper()
	r := request(t, registered(t, boardRegister, ann))
	r.Registers = []attest.RegisterFile{{Content: boardRegister, Signatures: []string{ann.Sign(boardRegister)}}}
	return r
}

// The attestation ends with the key that signed, where that is before the exception does.
func TestIssue_endsWithTheKey(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]time.Time{
		"":                             now.Truncate(time.Second).Add(30 * 24 * time.Hour),
		`valid-before="20260701Z"`:     time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC),
		`valid-before="202607011200Z"`: time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC), // a part of a day does not count
	} {
		a := issue(t, request(t, registered(t, boardRegister, ann, options)))
		if !a.ExpiresAt.Equal(want) {
			t.Errorf("%s: ends at %s, want %s", options, a.ExpiresAt, want)
		}
	}
}

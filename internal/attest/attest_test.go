package attest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

func TestIssue_statements(t *testing.T) {
	t.Parallel()
	cases := map[string]attest.Request{
		"documented": request(t, plain()),
		"exceptions": request(t, full()),
		"gaps":       request(t, gaps()),
		"several":    request(t, plain(), full()),
	}
	full := cases["exceptions"]
	full.Issuer, full.ResourceURI, full.PolicyURI = "https://ci.example.com", "https://example.com/shop", "urn:example:policy"
	full.Subjects = []attest.Subject{
		{Name: "shop", URI: "https://git.example.com/shop", Digest: map[string]string{"gitCommit": strings.Repeat("0a", 20)}},
	}
	cases["exceptions"] = full
	for name, r := range cases {
		t.Run(name, func(t *testing.T) {
			a := issue(t, r)
			var b strings.Builder
			for _, kind := range attest.Kinds {
				b.WriteString(indent(t, a.Statements[kind]))
			}
			golden.Check(t, "testdata/"+name+".json", b.String())
			if a.Envelopes != nil || a.Bundles != nil {
				t.Error("there are envelopes or bundles without a key")
			}
			if again := issue(t, r); again.Statements[attest.Controls] != a.Statements[attest.Controls] {
				t.Error("the same request gave another statement")
			}
		})
	}
}

// Whoever has the assessment can make the digests of the policy from its text.
func TestIssue_policyDigest(t *testing.T) {
	t.Parallel()
	r := request(t, full())
	var a struct{ Requirement json.RawMessage }
	if err := json.Unmarshal([]byte(r.Assessments[0]), &a); err != nil {
		t.Fatal(err)
	}
	statement := issue(t, r).Statements[attest.Controls]
	for what, text := range map[string]string{"policy": "[" + string(a.Requirement) + "]", "requirement": string(a.Requirement)} {
		if uri := "https://github.com/security-controls/terraform-provider-controls/" + what + "/" + canonicaljson.Digest(
			[]byte(text),
		); !strings.Contains(
			statement, uri,
		) {
			t.Errorf("%s is not in %s", uri, statement)
		}
	}
	const resource = `"resourceUri":"https://github.com/security-controls/terraform-provider-controls/assessment/`
	if uri := resource + canonicaljson.Digest([]byte(r.Assessments[0])) + `"`; !strings.Contains(statement, uri) {
		t.Errorf("%s is not in %s", uri, statement)
	}
}

// An exception that no finding passes by is in the assessment alone: it limits nothing.
func TestIssue_exceptionWithoutEffect(t *testing.T) {
	t.Parallel()
	r := plain()
	r.Exceptions = []assess.Exception{
		{Service: "vault", Control: "encryption-in-transit", Justification: "No longer needed.", Expires: "2026-06-20"},
	}
	a := issue(t, request(t, r))
	if strings.Contains(a.Statements[attest.Controls], "No longer needed.") {
		t.Errorf("the exception is in %s", a.Statements[attest.Controls])
	}
	if !strings.Contains(a.Statements[attest.SVR], `"CONTROLS_ALL_DOCUMENTED"`) {
		t.Errorf("the exception counts in %s", a.Statements[attest.SVR])
	}
	if got := a.ExpiresAt.Format(time.RFC3339); got != "2026-07-15T12:00:00Z" {
		t.Errorf("expires at %s", got)
	}
}

func TestIssue_sameBytesSigned(t *testing.T) {
	t.Parallel()
	for _, k := range testKeys() {
		r := request(t, full())
		r.Key = k.parse(t)
		one, two := issue(t, r), issue(t, r)
		for _, kind := range attest.Kinds {
			if one.Envelopes[kind] != two.Envelopes[kind] || one.Bundles[kind] != two.Bundles[kind] {
				t.Errorf("%s: the same request gave another signature of %s", k.name, kind)
			}
		}
	}
}

// The same moment gives the same bytes, wherever it is told.
func TestIssue_sameBytesInEveryTimeZone(t *testing.T) {
	t.Parallel()
	r := request(t, full())
	want := issue(t, r)
	for _, hours := range []int{-12, 14} {
		r.Now = now.In(time.FixedZone("", hours*60*60))
		got := issue(t, r)
		for _, kind := range attest.Kinds {
			if got.Statements[kind] != want.Statements[kind] {
				t.Errorf("%+d hours: %s differs", hours, kind)
			}
		}
		if got.IssuedAt.Format(time.RFC3339Nano) != "2026-06-15T12:00:00Z" || got.ExpiresAt.Location() != time.UTC {
			t.Errorf("%+d hours: issued at %s, expires at %s", hours, got.IssuedAt, got.ExpiresAt)
		}
	}
}

func TestIssue_expiry(t *testing.T) {
	t.Parallel()
	until := func(change func(*assess.Requirement)) assess.Requirement {
		r := full()
		change(&r)
		return r
	}
	year := 366 * 24 * time.Hour
	age := func(days int64) func(*assess.Requirement) {
		return func(r *assess.Requirement) { r.MaxDocumentAgeDays = &days }
	}
	cases := map[string]struct {
		requirement assess.Requirement
		validity    time.Duration
		want        string
	}{
		"validity":   {full(), 24 * time.Hour, "2026-06-16T12:00:00Z"},
		"retirement": {plain(), year, "2027-01-01T00:00:00Z"},
		"retirement allowed": {until(func(r *assess.Requirement) {
			r.OnRetired, r.MaxDocumentAgeDays = assess.Allow, nil
			r.Exceptions[0].Expires = "2027-06-01"
		}), year, "2027-01-01T00:00:00Z"},
		"exception": {full(), year, "2027-01-01T00:00:00Z"},
		"exception, earlier": {
			until(func(r *assess.Requirement) { r.Exceptions[0].Expires = "2026-06-20" }), year, "2026-06-21T00:00:00Z",
		},
		"exception on its last day": {
			until(func(r *assess.Requirement) { r.Exceptions[0].Expires = "2026-06-15" }), year, "2026-06-16T00:00:00Z",
		},
		"document too old":            {until(age(200)), year, "2026-07-21T00:00:00Z"}, // 2026-01-01 and 200 days is 2026-07-20
		"document too old by day end": {until(age(165)), year, "2026-06-16T00:00:00Z"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := request(t, c.requirement)
			r.Validity = c.validity
			a := issue(t, r)
			if got := a.ExpiresAt.Format(time.RFC3339); got != c.want {
				t.Errorf("expires at %s, expected %s", got, c.want)
			}
			if got := a.IssuedAt.Format(time.RFC3339Nano); got != "2026-06-15T12:00:00Z" {
				t.Errorf("issued at %s", got)
			}
		})
	}
}

func TestIssue_refuses(t *testing.T) {
	t.Parallel()
	text := assessed(t, plain())
	withGaps := assessed(t, gaps())
	hex := strings.Repeat("ab", 32)
	subjects := func(s ...attest.Subject) func(*attest.Request) {
		return func(r *attest.Request) { r.Subjects = s }
	}
	assessments := func(texts ...string) func(*attest.Request) {
		return func(r *attest.Request) { r.Assessments = texts }
	}
	many := make([]attest.Subject, 1000)
	for i := range many {
		many[i] = attest.Subject{Name: fmt.Sprint(i), Digest: map[string]string{"sha256": hex}}
	}
	cases := map[string]struct {
		change   func(*attest.Request)
		argument string
		words    string
	}{
		"no assessments": {assessments(), "assessments", "nothing to attest"},
		"not JSON":       {assessments("x"), "assessments", "not the JSON of an assessment"},
		"not canonical":  {assessments(text + "\n"), "assessments", "canonical"},
		"verdict edited": {
			assessments(strings.ReplaceAll(withGaps, `"compliant":false`, `"compliant":true`)), "assessments", "contradict",
		},
		"given twice": {assessments(text, text), "assessments", "the same as assessments[0]"},
		"no longer true": {
			func(r *attest.Request) { *r = request(t, full()); r.Now = now.AddDate(1, 0, 0) }, "assessments", "held until",
		},
		"not yet true":         {func(r *attest.Request) { r.Now = now.AddDate(-1, 0, 0) }, "assessments", "holds from"},
		"nothing left":         {func(r *attest.Request) { r.Validity = 0 }, "assessments", "would end"},
		"subject without name": {subjects(attest.Subject{Digest: map[string]string{"sha256": hex}}), "subjects", "no name"},
		"subject no digest":    {subjects(attest.Subject{Name: "a"}), "subjects", "no digest"},
		"subject short digest": {
			subjects(attest.Subject{Name: "a", Digest: map[string]string{"sha256": "ab"}}), "subjects", "64 lower-case",
		},
		"subject upper case": {
			subjects(attest.Subject{Name: "a", Digest: map[string]string{"sha256": strings.ToUpper(hex)}}), "subjects",
			"64 lower-case",
		},
		"subject blank digest": {
			subjects(attest.Subject{Name: "a", Digest: map[string]string{"other": " "}}), "subjects", "blank",
		},
		"subject not a tree": {
			subjects(attest.Subject{Name: "a", Digest: map[string]string{"gitTree": "main"}}), "subjects", "40 lower-case",
		},
		"subject bad algorithm": {
			subjects(attest.Subject{Name: "a", Digest: map[string]string{"sha-256": hex}}), "subjects", "algorithm",
		},
		"subject bad URI": {
			subjects(attest.Subject{Name: "a", URI: "shop", Digest: map[string]string{"sha256": hex}}), "subjects", "URI",
		},
		"subject twice": {
			subjects(
				attest.Subject{Name: "a", Digest: map[string]string{"sha256": hex}},
				attest.Subject{Name: "a", Digest: map[string]string{"sha256": hex}},
			),
			"subjects",
			"a name of its own",
		},
		"subjects too many": {subjects(many...), "subjects", "at most 1000"},
		"no key":            {func(r *attest.Request) { r.Signed = true }, "signing_key_wo", "without its signature"},
		"issuer":            {func(r *attest.Request) { r.Issuer = "me" }, "issuer", "URI"},
		"resource URI":      {func(r *attest.Request) { r.ResourceURI = "https://" }, "resource_uri", "URI"},
		"policy URI":        {func(r *attest.Request) { r.PolicyURI = "https://example.com/a b" }, "policy_uri", "URI"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := request(t, plain())
			c.change(&r)
			_, err := attest.Issue(r)
			refused(t, err, c.words)
			var input *attest.InputError
			if !errors.As(err, &input) || input.Argument != c.argument || input.Nth < 0 {
				t.Errorf("%#v is not about %s", err, c.argument)
			}
		})
	}
}

// Digests are as long as their algorithms make them, and no digit shorter or longer.
func TestIssue_digestLengths(t *testing.T) {
	t.Parallel()
	for algorithm, lengths := range map[string][]int{
		"sha1": {40}, "sha224": {56}, "sha512_224": {56}, "sha3_224": {56}, "sha256": {64}, "sha512_256": {64}, "sha3_256": {64},
		"sha384": {96}, "sha3_384": {96}, "sha512": {128}, "sha3_512": {128},
		"gitCommit": {40, 64}, "gitTree": {40, 64}, "gitBlob": {40, 64}, "gitTag": {40, 64},
	} {
		for n := 30; n < 140; n++ {
			r := request(t, plain())
			r.Subjects = []attest.Subject{{Name: "a", Digest: map[string]string{algorithm: strings.Repeat("a", n)}}}
			if _, err := attest.Issue(r); (err == nil) != slices.Contains(lengths, n) {
				t.Errorf("%s of %d digits: %v", algorithm, n, err)
			}
		}
	}
}

// A subject of the caller's is told from those of the assessments, and has so many digests
// as verifiers accept.
func TestIssue_subjectBounds(t *testing.T) {
	t.Parallel()
	digests := map[string]string{}
	for n := range 16 {
		digests[fmt.Sprintf("own%d", n)] = "a"
	}
	r := request(t, plain())
	r.Subjects = []attest.Subject{{Name: "a", Digest: digests}}
	issue(t, r)
	digests["own16"] = "a"
	_, err := attest.Issue(r)
	refused(t, err, "has 17 digests, expected at most 16")
	r.Subjects = []attest.Subject{{Name: "assessment-" + digestHex(r)[:12] + ".json", Digest: map[string]string{"own": "a"}}}
	_, err = attest.Issue(r)
	refused(t, err, "a name of its own")
}

// What looks blank is no name of a subject, and no digest of an algorithm whose form is not
// known.
func TestIssue_subjectsThatLookBlank(t *testing.T) {
	t.Parallel()
	for name, blank := range map[string]string{
		"nothing": "", "spaces": " \t", "zero-width space": "\u200b", "byte order mark": "\ufeff",
		"right-to-left mark": "\u200f", "Braille blank": "\u2800", "combining mark": "\u0301",
	} {
		r := request(t, plain())
		r.Subjects = []attest.Subject{{Name: blank, Digest: map[string]string{"own": "a"}}}
		_, err := attest.Issue(r)
		refused(t, err, "The subject has no name")
		r.Subjects = []attest.Subject{{Name: "a", Digest: map[string]string{"own": blank}}}
		if _, err := attest.Issue(r); err == nil || !strings.Contains(err.Error(), "The digest by own is blank") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Years have four digits: the last day of all ends with its last second.
func TestIssue_lastDayOfAll(t *testing.T) {
	t.Parallel()
	r := request(t, full())
	r.Assessments[0] = strings.ReplaceAll(r.Assessments[0], "2026-12-31", "9999-12-31")
	if text := issue(t, r).Statements[attest.Controls]; !strings.Contains(text, `"expiresAt":"9999-12-31T23:59:59Z"`) {
		t.Errorf("the exception ends otherwise in %s", text)
	}
}

func TestRenew(t *testing.T) {
	t.Parallel()
	const validity, early = 100 * time.Hour, 10 * time.Hour
	cases := map[string]struct {
		lasts, after time.Duration
		want         bool
	}{
		"fresh":                          {validity, 0, false},
		"just before early renewal":      {validity, validity - early - time.Second, false},
		"early renewal":                  {validity, validity - early, true},
		"expired":                        {validity, validity, true},
		"cut short, within early window": {50 * time.Hour, 45 * time.Hour, false},
		"cut short, expired":             {50 * time.Hour, 50 * time.Hour, true},
	}
	for name, c := range cases {
		if got := attest.Renew(now, now.Add(c.lasts), validity, early, now.Add(c.after)); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

package approve

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

func TestParseApprovers(t *testing.T) {
	t.Parallel()
	ann, bob, eve := approvetest.Ed25519("ann"), approvetest.Ed25519("bob"), approvetest.Ed25519("eve")
	a, err := ParseApprovers("approvers", "# who may\n\n"+
		ann.Approver("ann@example.com", `namespaces="git,controls-exceptions",valid-after="20260101Z",valid-before="20270101Z"`)+
		"\t bob\t"+bob.Public()+" bob's key\n"+
		eve.Approver("eve", `namespaces="git"`))
	if err != nil {
		t.Fatal(err)
	}
	want := []assess.Approver{
		{Fingerprint: ann.Fingerprint(), From: "2026-01-01", Principal: "ann@example.com", Until: "2026-12-31"},
		{Fingerprint: bob.Fingerprint(), Principal: "bob"},
	}
	if got := a.List(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	b := &Book{Approvers: a}
	if got := b.Check("s", []byte(message), []byte(eve.Sign(message))); !strings.Contains(
		got.Problem,
		`for the namespaces "git" alone`,
	) {
		t.Error(got.Problem)
	}
}

// A time within a day leaves that day out: what counts is whole days.
func TestParseApprovers_wholeDays(t *testing.T) {
	t.Parallel()
	ann := approvetest.Ed25519("ann")
	for options, want := range map[string][2]string{
		`valid-after="20260101Z"`:        {"2026-01-01", ""},
		`valid-after="202601010000Z"`:    {"2026-01-01", ""},
		`valid-after="20260101000001Z"`:  {"2026-01-02", ""},
		`valid-before="20260101Z"`:       {"", "2025-12-31"},
		`valid-before="20260101235959Z"`: {"", "2025-12-31"},
	} {
		a := must(ParseApprovers("approvers", ann.Approver("ann", options)))
		if got := a.List()[0]; string(got.From) != want[0] || string(got.Until) != want[1] {
			t.Errorf("%s: from %q until %q", options, got.From, got.Until)
		}
	}
}

func manyKeys() string {
	var b strings.Builder
	for i := range maxKeys + 1 {
		b.WriteString(approvetest.Ed25519(fmt.Sprint(i)).Approver("ann", ""))
	}
	return b.String()
}

// Each of these OpenSSH takes, or passes over; the guide lists them.
func TestParseApprovers_stricterThanOpenSSH(t *testing.T) {
	t.Parallel()
	ann := approvetest.Ed25519("ann")
	key := ann.Public()
	rsa2048, _ := rsa.GenerateKey(rand.Reader, 2048)
	for name, tc := range map[string]struct{ text, want string }{
		"a line that is none":     {ann.Approver("ann", "") + "nonsense\n", "approvers:2: expected a principal"},
		"a pattern":               {"*@example.com " + key, "is a pattern, expected one name"},
		"a pattern of one letter": {"ann? " + key, "is a pattern"},
		"a negation":              {"!ann " + key, "is a pattern"},
		"several principals":      {"ann,bob " + key, "lists several principals"},
		"quotes":                  {`"ann b" ` + key, "has quotes"},
		"the key of two": {
			ann.Approver("ann", "") + ann.Approver("bob", ""), "approvers:2: the key is on line 1 already",
		},
		"local time":       {ann.Approver("ann", `valid-before="20270101"`), "does not end in Z"},
		"a malformed time": {ann.Approver("ann", `valid-before="20271301Z"`), "is not a time"},
		"no day": {
			ann.Approver("ann", `valid-after="20270101Z",valid-before="20270101Z"`), "on no whole day",
		},
		"a certificate's authority":  {ann.Approver("ann", "cert-authority"), "cert-authority is not supported"},
		"an unknown option":          {ann.Approver("ann", "no-touch-required"), "unknown option"},
		"an option in capitals":      {ann.Approver("ann", `Namespaces="git"`), "unknown option"},
		"an option twice":            {ann.Approver("ann", `namespaces="a",namespaces="b"`), "is there twice"},
		"an option without quotes":   {ann.Approver("ann", `namespaces=git`), "needs a value in double quotes"},
		"a pattern of namespaces":    {ann.Approver("ann", `namespaces="*"`), "is a pattern or empty"},
		"a pattern excludes":         {ann.Approver("ann", `namespaces="!git,controls-exceptions"`), "is a pattern or empty"},
		"no key":                     {"ann ssh-ed25519", "expected a principal"},
		"another kind":               {"ann ssh-rsa " + strings.Fields(key)[1], `says that the key is of the kind "ssh-rsa"`},
		"a damaged key":              {"ann ssh-ed25519 AAAA", "is damaged"},
		"base64 in another spelling": {"ann " + strings.TrimRight(key, "=") + "=", "is not base64"},
		"a small RSA key":            {approvetest.Of(rsa2048).Approver("ann", ""), "RSA of another size"},
		"a certificate":              {"ann ssh-ed25519-cert-v01@openssh.com AAAA", "is a certificate"},
		"CRLF":                       {strings.ReplaceAll(ann.Approver("ann", ""), "\n", "\r\n"), "not printable ASCII"},
		"letters beyond ASCII":       {ann.Approver("änn", ""), "not printable ASCII"},
		"empty":                      {"", "no key may approve exceptions"},
		"comments alone":             {"# nobody\n", "no key may approve exceptions"},
		"keys for other uses alone":  {ann.Approver("ann", `namespaces="git"`), "no key may approve exceptions"},
		"too many keys":              {manyKeys(), "more than 5000 keys"},
		"too large":                  {strings.Repeat("#", maxKeysBytes+1), "more than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := ParseApprovers("approvers", tc.text)
			if err == nil || a != nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestParseRevoked(t *testing.T) {
	t.Parallel()
	ann := approvetest.Ed25519("ann")
	rsa1024, _ := rsa.GenerateKey(rand.Reader, 2048)
	weak := approvetest.Of(rsa1024)
	got, err := ParseRevoked("revoked_keys", "# lost\n"+ann.Public()+" ann's\n"+weak.Public()+"\n"+ann.Public())
	want := []string{ann.Fingerprint(), weak.Fingerprint()}
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"":                           "there is no key",
		"# nobody\n":                 "there is no key",
		"SSHKRL\n\x00\x00":           "binary revocation list",
		"serial: 1":                  "is not base64",
		"SHA256:abc":                 "expected a public key",
		ann.Public() + "\nssh-rsa x": "revoked_keys:2: the public key is not base64",
	} {
		if _, err := ParseRevoked("revoked_keys", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	b := bookOf(t, ann.Approver("ann", ""))
	b.Revoked = got
	if s := b.Check("s", []byte(message), []byte(ann.Sign(message))); !strings.Contains(s.Problem, "is revoked") {
		t.Error(s.Problem)
	}
}

// FuzzApprovers checks that lists of keys never panic, and that each key is of one principal.
func FuzzApprovers(f *testing.F) {
	ann := approvetest.Ed25519("ann")
	f.Add(ann.Approver("ann", `namespaces="git,controls-exceptions",valid-after="20260101Z",valid-before="20270101Z"`))
	f.Add(ann.Approver("ann", "") + "# x\n" + approvetest.Ed25519("bob").Approver("bob", ""))
	f.Add("\"a b\" cert-authority,x=\"y ssh-rsa AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = ParseRevoked("revoked_keys", text)
		a, err := ParseApprovers("approvers", text)
		if err != nil {
			return
		}
		for _, k := range a.List() {
			if k.Principal == "" || k.Fingerprint == "" || k.Until != "" && k.Until < k.From {
				t.Errorf("an approver of %q: %v", text, k)
			}
		}
	})
}

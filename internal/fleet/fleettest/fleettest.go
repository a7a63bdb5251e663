// Package fleettest makes signed verdicts of many workloads, for tests and benchmarks.
package fleettest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/attest"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/embedded"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/loader"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
)

// Now is when tests roll up.
var Now = time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)

func ed25519Key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Seal signs any text as a statement with the key of a name, in a DSSE envelope: one that our
// own code would not issue.
func Seal(name, statement string) string {
	const payloadType = "application/vnd.in-toto+json"
	message := fmt.Sprintf("DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(statement), statement)
	return fmt.Sprintf(`{"payload":%q,"payloadType":%q,"signatures":[{"keyid":%q,"sig":%q}]}`,
		base64.StdEncoding.EncodeToString([]byte(statement)), payloadType, Key(name).Public().ID(),
		base64.StdEncoding.EncodeToString(ed25519.Sign(ed25519Key(name), []byte(message))))
}

// Key makes a key of a name, always the same one.
func Key(name string) *attest.PrivateKey {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519Key(name))
	if err != nil {
		panic(err)
	}
	key, err := attest.ParsePrivateKey(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil)
	if err != nil {
		panic(err)
	}
	return key
}

// Verdict is what a bundle is to say.
type Verdict struct {
	Workload string
	Labels   map[string]string
	// Gaps are how many controls are required that the service lacks; Excepted how many of
	// these an exception accepts until the end of the day Ends.
	Gaps, Excepted int
	Ends           catalog.Date
	Approver       string
	// Issued is the day of issue of the register that the exceptions stand in; "" for the
	// requirement itself.
	Issued   catalog.Date
	Warn     bool      // gaps are warnings
	SignedAt time.Time // the zero time for Now
	Validity time.Duration
}

// catalogText has two services that lack three of four controls.
const catalogText = `
definitions:
  - {id: encryption-in-transit, title: Encryption in transit, description: d, category: data}
  - {id: customer-keys, title: Customer-managed keys, description: d, category: data}
  - {id: vnet-injection, title: VNet injection, description: d, category: network}
  - {id: access-logs, title: Access logs, description: d, category: logging}
services:
  - id: store
    name: Store
    cloud: azure
    documents:
      - {id: store-1, series: S, title: Controls of Store, publisher: P, published: 2026-02-01, url: "https://example.com/store",
         statements: [{control: encryption-in-transit, status: yes}, {control: vnet-injection, status: no}]}
  - id: vault
    name: Vault
    cloud: azure
    documents:
      - {id: vault-1, series: S, title: Controls of Vault, publisher: P, published: 2026-01-01, url: "https://example.com/vault",
         statements: [{control: encryption-in-transit, status: yes}, {control: customer-keys, status: no}]}
`

// lacked are the controls that both services lack.
var lacked = []string{"access-logs", "customer-keys", "vnet-injection"}

// Fleet evaluates requirements by that catalogue. Its methods may be called side by side.
type Fleet struct {
	catalog *catalog.Catalog

	mu    sync.Mutex
	texts map[string]string // assessments by what they are made of but the name
}

// New reads the catalogue.
func New() (*Fleet, error) {
	files, err := loader.ReadFiles([]source.File{{Name: "catalog.yaml", Data: []byte(catalogText)}})
	if err != nil {
		return nil, err
	}
	base, err := embedded.Clouds()
	if err != nil {
		return nil, err
	}
	layer := loader.Layer(files)
	layer.BuiltIn = true
	layer.Source = catalog.SourceInfo{Name: "embedded", Digest: canonicaljson.Digest([]byte(catalogText))}
	return &Fleet{catalog: catalog.New(base, layer), texts: map[string]string{}}, nil
}

const placeholder = "placeholder"

// Assessment is the JSON of the assessment behind a verdict.
func (f *Fleet) Assessment(v Verdict) (string, error) {
	id := fmt.Sprint(v.Labels, v.Gaps, v.Excepted, v.Ends, v.Approver, v.Issued, v.Warn, catalog.DateOf(v.signedAt()))
	f.mu.Lock()
	text, ok := f.texts[id]
	f.mu.Unlock()
	if ok {
		return named(text, v.Workload), nil
	}
	r := assess.Requirement{
		Workload: placeholder, Labels: v.Labels, Enforcement: assess.EnforcementDeny,
		Services: []string{"store", "vault"}, Controls: []string{"encryption-in-transit"},
	}
	if v.Warn {
		r.Enforcement = assess.EnforcementWarn
	}
	for i := range v.Gaps {
		r.Controls = append(r.Controls, lacked[i])
	}
	v.accept(&r)
	result, err := assess.Evaluate(f.catalog, r, catalog.DateOf(v.signedAt()))
	if err != nil {
		return "", err
	}
	if text, _, err = result.Assessment.Encode(); err != nil {
		return "", err
	}
	f.mu.Lock()
	f.texts[id] = text
	f.mu.Unlock()
	return named(text, v.Workload), nil
}

// accept adds the exceptions, to a register or to the requirement itself.
func (v Verdict) accept(r *assess.Requirement) {
	if v.Excepted == 0 {
		return
	}
	if v.Issued != "" {
		digest := canonicaljson.Digest([]byte(fmt.Sprint("security-board", v.Issued)))
		r.Approval = &assess.Approval{Policy: assess.Policy{Registers: true}, Registers: []assess.Register{{
			RegisterRef: assess.RegisterRef{Digest: digest, Issued: v.Issued, Name: "security-board"},
			File:        "security-board.yaml", Workloads: []string{"*"},
			Exceptions: []assess.RegisterException{{
				Services: r.Services, Controls: lacked[:v.Excepted], Justification: "Reached from one subnet alone.",
				ApprovedBy: v.Approver, Expires: v.Ends, Ticket: "SEC-1", Line: 4,
			}},
		}}}
		return
	}
	for _, control := range lacked[:v.Excepted] {
		for _, service := range r.Services {
			r.Exceptions = append(r.Exceptions, assess.Exception{
				Service: service, Control: control, Justification: "Reached from one subnet alone.", ApprovedBy: v.Approver,
				Expires: v.Ends, Ticket: "SEC-1",
			})
		}
	}
}

// named is an assessment about a workload, or about none.
func named(text, workload string) string {
	if workload == "" {
		return strings.Replace(text, `,"workload":"`+placeholder+`"`, "", 1)
	}
	return strings.Replace(text, placeholder, workload, 1)
}

func (v Verdict) signedAt() time.Time {
	if v.SignedAt.IsZero() {
		return Now
	}
	return v.SignedAt
}

// Issue attests to verdicts in one statement, with a key.
func (f *Fleet) Issue(key *attest.PrivateKey, verdicts ...Verdict) (*attest.Attestation, error) {
	r := attest.Request{
		Version: "1.2.3", Key: key, Now: verdicts[0].signedAt(), Validity: verdicts[0].Validity,
		Issuer: "https://ci.example.com", ResourceURI: "https://git.example.com/" + verdicts[0].Workload,
	}
	if r.Validity == 0 {
		r.Validity = 30 * 24 * time.Hour
	}
	for _, v := range verdicts {
		text, err := f.Assessment(v)
		if err != nil {
			return nil, err
		}
		r.Assessments = append(r.Assessments, text)
	}
	return attest.Issue(r)
}

// Bundle is the signed summary of verdicts.
func (f *Fleet) Bundle(key *attest.PrivateKey, verdicts ...Verdict) (string, error) {
	a, err := f.Issue(key, verdicts...)
	if err != nil {
		return "", err
	}
	return a.Bundles[attest.SummaryKind], nil
}

// Nth is NthAt on the day of the tests.
func Nth(n int) Verdict { return NthAt(n, Now) }

// NthAt is a verdict of the nth of many workloads, given by a time: every seventh has gaps,
// every third an exception, some are old.
func NthAt(n int, now time.Time) Verdict {
	day := func(days int) catalog.Date { return catalog.DateOf(now.AddDate(0, 0, days)) }
	v := Verdict{
		Workload: fmt.Sprintf("team-%02d/workload-%05d", n%40, n),
		Labels:   map[string]string{"team": fmt.Sprintf("team-%02d", n%40), "stage": []string{"prod", "test"}[n%2]},
		Ends:     day(10 + n%8*20),
		Approver: []string{"security@example.com", "risk@example.com", ""}[n/3%3],
	}
	if n%7 == 0 {
		v.Gaps = 1 + n%3
	}
	if n%3 == 0 {
		v.Gaps, v.Excepted = max(v.Gaps, 1), 1
		v.Issued = []catalog.Date{"", day(-11), day(-30)}[n/3%3]
	}
	v.Warn = n%35 == 0
	v.SignedAt = now.AddDate(0, 0, -(n % 11))
	return v
}

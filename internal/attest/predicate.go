package attest

import (
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// The values of verificationResult.
const (
	Passed = "PASSED"
	Failed = "FAILED"
)

func resultOf(passes bool) string {
	if passes {
		return Passed
	}
	return Failed
}

// Predicate is what a statement of the type ControlsType says. The guide on the format
// specifies it field by field; predicate.schema.json is its JSON Schema. A field that a
// reader does not find must never make it accept what it would refuse with the field.
type Predicate struct {
	Assessments []AssessmentResult `json:"assessments"`
	Policy      Descriptor         `json:"policy"`
	Properties  []string           `json:"properties"`
	// Registers are the very registers that exceptions and evidence are from, with the
	// signatures over them.
	Registers          []CarriedRegister `json:"registers,omitempty"`
	ResourceURI        string            `json:"resourceUri"`
	TimeVerified       string            `json:"timeVerified"`
	ValidUntil         string            `json:"validUntil"`
	VerificationResult string            `json:"verificationResult"`
	Verifier           Verifier          `json:"verifier"`
}

// Descriptor names something by URI and digest.
type Descriptor struct {
	Digest map[string]string `json:"digest"`
	URI    string            `json:"uri"`
}

// Verifier is who attests, and by what version of the provider.
type Verifier struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

// AssessmentResult is what one assessment found.
type AssessmentResult struct {
	Baseline           Baseline          `json:"baseline"`
	Digest             map[string]string `json:"digest"` // of the assessment
	Exceptions         []Exception       `json:"exceptions,omitempty"`
	Labels             []Label           `json:"labels,omitempty"` // by name
	Name               string            `json:"name"`             // of its subject
	Policy             Descriptor        `json:"policy"`           // its requirement
	Scope              *Scope            `json:"scope,omitempty"`
	Services           []Service         `json:"services"`
	VerificationResult string            `json:"verificationResult"`
	// Weakened is what let pass in the plan what would have failed otherwise. The result is
	// FAILED all the same.
	Weakened *assess.Weakened `json:"weakened,omitempty"`
	Workload string           `json:"workload,omitempty"` // that the requirement is about
}

// Label is what else a requirement is known by.
type Label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Scope lists, sorted, what of a configuration the result does not speak of: resource
// types, services, and modules by address.
type Scope struct {
	Ignored       []string `json:"ignored"`
	Opaque        []string `json:"opaque"`
	Other         []string `json:"other"`
	OutOfScope    []string `json:"outOfScope,omitempty"` // services
	Undocumented  []string `json:"undocumented"`
	UnreadModules []string `json:"unreadModules,omitempty"`
}

// Baseline is the catalogue that the assessment went by, and the documents in it that
// its findings rest on.
type Baseline struct {
	// Corrections are what sources of the catalogue say in the name of earlier ones.
	Corrections []assess.Correction `json:"corrections,omitempty"`
	Digest      map[string]string   `json:"digest"`
	Documents   []Document          `json:"documents"`
	URI         string              `json:"uri"`
}

// Document cites a document.
type Document struct {
	Corrects    bool         `json:"corrects,omitempty"` // it stands for one of an earlier source
	ID          string       `json:"id"`
	PublishedOn catalog.Date `json:"publishedOn"`
	Publisher   string       `json:"publisher"`
	Source      string       `json:"source,omitempty"` // of the catalogue, where it is not the embedded one
	Title       string       `json:"title"`
	URI         string       `json:"uri"`
}

// Service is what was found for one service.
type Service struct {
	Controls           []Control  `json:"controls"`
	Document           string     `json:"document,omitempty"` // of every control that names none
	Groups             []Group    `json:"groups,omitempty"`
	ID                 string     `json:"id"`
	Lifecycle          *Lifecycle `json:"lifecycle,omitempty"`
	Name               string     `json:"name"`
	Notices            []Notice   `json:"notices,omitempty"`
	VerificationResult string     `json:"verificationResult"`
}

// Control is what was found for one control.
type Control struct {
	Adverse     bool           `json:"adverse,omitempty"` // a control to avoid
	Condition   string         `json:"condition,omitempty"`
	Document    string         `json:"document,omitempty"`
	Documented  catalog.Status `json:"documented,omitempty"` // absent where no document speaks of it
	Evidence    []Evidence     `json:"evidence,omitempty"`
	ExceptionID string         `json:"exceptionId,omitempty"`
	ID          string         `json:"id"`
	// InForce is what shows that a control which is not adverse is in force: one of assess's
	// ByConfiguration, ByEvidence and ByDocument; absent where nothing does.
	InForce string         `json:"inForce,omitempty"`
	Outcome assess.Outcome `json:"outcome"`
	Planned bool           `json:"planned,omitempty"`
	Reason  assess.Reason  `json:"reason,omitempty"`
	// SettingsFrom are the sources of the catalogue, but for the embedded one, the settings of
	// which show what the outcome is, sorted.
	SettingsFrom []string `json:"settingsFrom,omitempty"`
}

// Evidence shows that a condition is met, or that a control is switched on or off.
type Evidence struct {
	Approver  string `json:"approver,omitempty"`
	Condition string `json:"condition"`
	Holds     *bool  `json:"holds,omitempty"` // the value that it is about
	Reference string `json:"reference"`
	// Register is the one that the evidence is from; nil for the requirement itself.
	Register *Register `json:"register,omitempty"`
}

// Group is what was found for a group of controls.
type Group struct {
	Controls    []Control      `json:"controls"`
	ExceptionID string         `json:"exceptionId,omitempty"`
	Name        string         `json:"name"`
	Outcome     assess.Outcome `json:"outcome"`
	Reason      assess.Reason  `json:"reason,omitempty"`
	// Rule says which of the controls have to pass.
	Rule assess.GroupRule `json:"rule"`
}

// Lifecycle says when a service ends.
type Lifecycle struct {
	Outcome   assess.Outcome `json:"outcome,omitempty"` // a gap, where the requirement makes it one
	RetiredOn catalog.Date   `json:"retiredOn"`
	Successor string         `json:"successor,omitempty"`
}

// Notice says that a part of a service is to be retired.
type Notice struct {
	Part string `json:"part"` // a version, a tier, an interface
	// RetiresOn is a day, or a month where the vendor names no day; "" for neither.
	RetiresOn string `json:"retiresOn,omitempty"`
	Successor string `json:"successor,omitempty"`
	Title     string `json:"title"` // of where that was read
	URI       string `json:"uri"`
}

// Exception is an accepted gap.
type Exception struct {
	Approver             string   `json:"approver,omitempty"`
	CompensatingControls []string `json:"compensatingControls,omitempty"`
	Control              string   `json:"control"`
	ExpiresAt            string   `json:"expiresAt"` // the first moment without it
	ID                   string   `json:"id"`
	Justification        string   `json:"justification"`
	// Register is the one that the exception is from; nil for the requirement itself.
	Register *Register `json:"register,omitempty"`
	Service  string    `json:"service"`
	Ticket   string    `json:"ticket,omitempty"`
}

// Register names a register of exceptions and evidence, and who signed it as the workspace found.
type Register struct {
	Digest   map[string]string `json:"digest"` // of its bytes
	IssuedOn catalog.Date      `json:"issuedOn"`
	Name     string            `json:"name"`
	Signers  []Signer          `json:"signers,omitempty"`
}

// Signer is who signed a register, and by which key.
type Signer struct {
	Fingerprint string `json:"fingerprint"` // as ssh-keygen -l shows it
	Principal   string `json:"principal"`
}

// CarriedRegister is a register itself, byte for byte, with detached SSH signatures.
type CarriedRegister struct {
	Content    string            `json:"content"`
	Digest     map[string]string `json:"digest"`
	File       string            `json:"file"` // its name: one that ends in .json is JSON
	Signatures []string          `json:"signatures"`
}

// predicate says what the assessments found.
func (r Request) predicate(assessments []input, now, expires time.Time) (*Predicate, error) {
	p := &Predicate{
		TimeVerified: timestamp(now), ValidUntil: timestamp(expires),
		Verifier: Verifier{ID: r.issuer(), Version: r.Version},
	}
	passes := true
	var digests []string
	var requirements []assess.Requirement
	for _, a := range assessments {
		result, err := resultFor(a, dateOf(now))
		if err != nil {
			return nil, err
		}
		p.Assessments = append(p.Assessments, result)
		passes = passes && a.Compliant
		digests = append(digests, a.digest)
		requirements = append(requirements, a.Requirement)
	}
	p.VerificationResult = resultOf(passes)
	p.Properties = p.properties()
	var err error
	if p.Registers, err = r.carried(assessments); err != nil {
		return nil, err
	}
	if p.Policy, err = describe("policy", requirements); err != nil {
		return nil, err
	}
	if r.PolicyURI != "" {
		p.Policy.URI = r.PolicyURI
	}
	p.ResourceURI = r.ResourceURI
	if p.ResourceURI == "" {
		p.ResourceURI, err = resourceURI(digests)
	}
	return p, err
}

func (r Request) issuer() string {
	if r.Issuer == "" {
		return DefaultIssuer
	}
	return r.Issuer
}

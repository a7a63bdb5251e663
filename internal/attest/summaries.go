package attest

// The predicates of others. Both say less than ours does; both may have fields whose
// names are URIs, and get one with the end of the validity, which neither knows.

type vsaPredicate struct {
	ValidUntil string `json:"https://github.com/security-controls/terraform-provider-controls/attestation/v1#validUntil"`

	Policy             Descriptor  `json:"policy"`
	ResourceURI        string      `json:"resourceUri"`
	TimeVerified       string      `json:"timeVerified"`
	VerificationResult string      `json:"verificationResult"`
	VerifiedLevels     []string    `json:"verifiedLevels"`
	Verifier           vsaVerifier `json:"verifier"`
}

type vsaVerifier struct {
	ID      string            `json:"id"`
	Version map[string]string `json:"version"`
}

// vsa sums up as a SLSA Verification Summary Attestation.
func (p *Predicate) vsa() vsaPredicate {
	levels := p.Properties
	if p.VerificationResult != Passed {
		// The specification's word in place of any level. A reader that looks for levels
		// and forgets the result must find none.
		levels = []string{Failed}
	}
	return vsaPredicate{
		ValidUntil: p.ValidUntil, Policy: p.Policy, ResourceURI: p.ResourceURI, TimeVerified: p.TimeVerified,
		VerificationResult: p.VerificationResult, VerifiedLevels: levels,
		Verifier: vsaVerifier{ID: p.Verifier.ID, Version: map[string]string{"terraform-provider-controls": p.Verifier.Version}},
	}
}

type svrPredicate struct {
	ValidUntil  string      `json:"https://github.com/security-controls/terraform-provider-controls/attestation/v1#validUntil"`
	Properties  []string    `json:"properties"`
	TimeCreated string      `json:"timeCreated"`
	Verifier    svrVerifier `json:"verifier"`
}

type svrVerifier struct {
	ID       string       `json:"id"`
	Policies []Descriptor `json:"policies"`
}

// svr sums up as a Simple Verification Result, which has passing properties only.
func (p *Predicate) svr() svrPredicate {
	return svrPredicate{
		ValidUntil: p.ValidUntil, Properties: p.Properties, TimeCreated: p.TimeVerified,
		Verifier: svrVerifier{ID: p.Verifier.ID, Policies: []Descriptor{p.Policy}},
	}
}

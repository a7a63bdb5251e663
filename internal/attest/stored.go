package attest

import (
	"encoding/json"
	"fmt"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Stored is an attestation as it is kept, where others than its issuer may change it.
type Stored struct {
	Attestation
	KeyID, PublicKeyPEM string // "" without a key
}

// Compare makes the attestation again from the request that it was issued for, as far as
// that takes neither the key nor the clock, and returns an *InputError that names what is
// not as it was issued. A signature is verified by the stored public key: that this is
// the key of who asks, only verifiers with a public key of their own can tell.
func (s Stored) Compare(r Request) error {
	if s.IssuedAt.After(r.Now.Add(clockSkew)) {
		return s.changed("issued_at", r, fmt.Sprintf("the time of issue, %s, is yet to come", timestamp(s.IssuedAt)))
	}
	version := s.version()
	issued := r
	issued.Now, issued.Version, issued.Key, issued.Signed = s.IssuedAt, version, nil, false
	again, err := Issue(issued)
	if err != nil {
		return s.changed("statements", r, "it cannot be issued again as of "+timestamp(s.IssuedAt)+": "+err.Error())
	}
	if !s.ExpiresAt.Equal(again.ExpiresAt) {
		return s.changed(
			"expires_at", r,
			fmt.Sprintf("the end is %s, and its arguments end it at %s", timestamp(s.ExpiresAt), timestamp(again.ExpiresAt)),
		)
	}
	if kind, ok := differs(s.Statements, again.Statements); ok {
		return s.changed("statements", r,
			words.Sprintf("the statement %q is not what its arguments gave when it was issued", kind))
	}
	return s.compareSigned(r)
}

// compareSigned holds envelopes and bundles against the statements, which are right.
func (s Stored) compareSigned(r Request) error {
	if !r.Signed {
		for _, part := range []struct {
			argument string
			there    bool
		}{
			{"envelopes", s.Envelopes != nil},
			{"bundles", s.Bundles != nil},
			{"key_id", s.KeyID != ""},
			{"public_key_pem", s.PublicKeyPEM != ""},
		} {
			if part.there {
				return s.changed(part.argument, r, "there is something signed, and it was issued without a key")
			}
		}
		return nil
	}
	key, err := ParsePublicKey(s.PublicKeyPEM)
	if err != nil || key.PEM() != s.PublicKeyPEM {
		return s.changed("public_key_pem", r, "the public key is not one as it was stored")
	}
	if s.KeyID != key.ID() {
		return s.changed("key_id", r, words.Sprintf("the id is %q, and that of the public key is %s", s.KeyID, key.ID()))
	}
	envelopes, bundles := make(map[Kind]string), make(map[Kind]string)
	for _, kind := range Kinds {
		e, ok := sealedBy(s.Envelopes[kind], s.Statements[kind], key)
		if !ok {
			return s.changed("envelopes", r,
				words.Sprintf("the envelope %q is not the statement, signed by the public key", kind))
		}
		for _, form := range []struct {
			value any
			into  map[Kind]string
		}{{e, envelopes}, {e.bundle(key), bundles}} {
			text, err := canonicaljson.Marshal(form.value)
			if err != nil {
				return err
			}
			form.into[kind] = string(text)
		}
	}
	if kind, ok := differs(s.Envelopes, envelopes); ok {
		return s.changed("envelopes", r, words.Sprintf("the envelope %q is not written as it was issued", kind))
	}
	if kind, ok := differs(s.Bundles, bundles); ok {
		return s.changed("bundles", r, words.Sprintf("the bundle %q does not have the envelope and the key in it", kind))
	}
	return nil
}

// sealedBy returns the envelope that a text must be, if a key signed a statement in it.
func sealedBy(text, statement string, key *PublicKey) (envelope, bool) {
	e, err := readEnvelope([]byte(text))
	if err != nil || string(e.payload) != statement || !key.verify(preAuth(payloadType, e.payload), e.signatures[0].sig) {
		return envelope{}, false
	}
	return newEnvelope(e.payload, e.signatures[0].sig, key), true
}

// differs returns a kind whose texts differ, or that one of the two does not have.
func differs(a, b map[Kind]string) (Kind, bool) {
	for _, kind := range Kinds {
		text, ok := a[kind]
		if other, there := b[kind]; text != other || ok != there {
			return kind, true
		}
	}
	for kind := range a {
		if _, ok := b[kind]; !ok {
			return kind, true
		}
	}
	return "", false
}

// version is that of the provider that issued, as the statement has it.
func (s Stored) version() string {
	var statement struct {
		Predicate struct {
			Verifier struct {
				Version string `json:"version"`
			} `json:"verifier"`
		} `json:"predicate"`
	}
	// What cannot be read has no version, and differs from everything.
	_ = json.Unmarshal([]byte(s.Statements[Controls]), &statement)
	return statement.Predicate.Verifier.Version
}

func (s Stored) changed(argument string, r Request, how string) error {
	by := "Something other than the provider has changed the state."
	if version := s.version(); version != r.Version {
		by = words.Sprintf(
			"Something other than the provider has changed the state, or it was issued by a version that did so differently: "+
				"the statement names %q, and this one is %q.",
			version,
			r.Version,
		)
	}
	return &InputError{
		argument,
		0,
		"Attestation in the state is not what was issued",
		words.Sentence(how) + " " + by + " The attestation is issued anew. " +
			"Find out who changed it before you trust what was handed out in the meantime.",
	}
}

package attest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
)

// foreignBundle is a bundle as others make it of our statements, cosign with a key in a
// key management service for one: entries of a log and timestamps may be there, and are
// not looked at. A certificate in place of the key is a field that is not known.
type foreignBundle struct {
	DSSEEnvelope         envelope `json:"dsseEnvelope"`
	MediaType            string   `json:"mediaType"`
	VerificationMaterial struct {
		PublicKey                 publicKeyHint   `json:"publicKey"`
		TimestampVerificationData json.RawMessage `json:"timestampVerificationData"`
		TlogEntries               json.RawMessage `json:"tlogEntries"`
	} `json:"verificationMaterial"`
}

var envelopeNames = []string{
	"payload", "payloadType", "signatures", "keyid", "sig",
	"dsseEnvelope", "mediaType", "verificationMaterial", "publicKey", "hint", "timestampVerificationData", "tlogEntries",
}

// opened is a payload whose signature is right.
type opened struct {
	payload []byte
	key     *PublicKey
}

// openEnvelope verifies a DSSE envelope.
func openEnvelope(text string, keys []*PublicKey) (*opened, error) {
	var e envelope
	if err := strictjson.Decode(text, &e, envelopeNames...); err != nil {
		return nil, fmt.Errorf("this is not a DSSE envelope: %w", err)
	}
	return e.open(keys)
}

// openBundle verifies a Sigstore bundle.
func openBundle(text string, keys []*PublicKey) (*opened, error) {
	var b foreignBundle
	if err := strictjson.Decode(text, &b, envelopeNames...); err != nil {
		return nil, fmt.Errorf("this is not a Sigstore bundle with a DSSE envelope and a public key: %w", err)
	}
	if b.MediaType != bundleType {
		return nil, fmt.Errorf("the bundle has the media type %q, expected %q", b.MediaType, bundleType)
	}
	o, err := b.DSSEEnvelope.open(keys)
	if err != nil {
		return nil, err
	}
	if hint := b.VerificationMaterial.PublicKey.Hint; hint != o.key.ID() && hint != o.key.spkiHint() {
		return nil, fmt.Errorf("the bundle says that the key %q signed it, and it was %s", hint, o.key.ID())
	}
	return o, nil
}

// spkiHint is the hint that cosign writes into its own bundles.
func (k *PublicKey) spkiHint() string {
	der, err := x509.MarshalPKIXPublicKey(k.key)
	if err != nil {
		return k.id // parsed from the same form before, so this does not happen
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (e envelope) open(keys []*PublicKey) (*opened, error) {
	if e.PayloadType != payloadType {
		return nil, fmt.Errorf("the payload has the type %q, expected %q", e.PayloadType, payloadType)
	}
	if len(e.Signatures) != 1 {
		return nil, fmt.Errorf("there are %d signatures, expected one", len(e.Signatures))
	}
	payload, err := decodeBase64(e.Payload)
	if err != nil {
		return nil, fmt.Errorf("the payload is %w", err)
	}
	sig, err := decodeBase64(e.Signatures[0].Sig)
	if err != nil {
		return nil, fmt.Errorf("the signature is %w", err)
	}
	message := preAuth(payloadType, payload)
	for _, key := range keys {
		if !key.verify(message, sig) {
			continue
		}
		if id := e.Signatures[0].KeyID; id != "" && id != key.ID() {
			return nil, fmt.Errorf("the envelope says that the key %q signed it, and it was %s", id, key.ID())
		}
		return &opened{payload, key}, nil
	}
	return nil, errors.New(unverified(e.Signatures[0].KeyID, keys))
}

// unverified says why no key fits, as far as the envelope tells: its key id is not
// signed, and so is no more than a claim.
func unverified(claimed string, keys []*PublicKey) string {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.ID()
	}
	given := strings.Join(ids, ", ")
	switch {
	case claimed == "":
		return "the signature is by none of the public keys (" + given + "), or what was signed has been changed"
	case slices.Contains(ids, claimed):
		return fmt.Sprintf("the signature does not fit what was signed: the envelope says that it is by %q, which is one of the public keys, so the payload or the signature has been changed since", claimed)
	}
	return fmt.Sprintf("the signature is by none of the public keys (%s): the envelope says that it is by %q", given, claimed)
}

// decodeBase64 decodes in the one form that has no second one: the standard decoder
// passes over line ends, and bits at the end that mean nothing.
func decodeBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || base64.StdEncoding.EncodeToString(b) != s {
		return nil, errors.New("not in base64 (RFC 4648, with padding, without line ends)")
	}
	return b, nil
}

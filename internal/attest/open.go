package attest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/security-controls/terraform-provider-controls/internal/strictjson"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Envelopes and bundles come from others as well: from cosign with a key in a key
// management service, from signers of DSSE with a way of their own to name keys. The guide
// on the format lists the rules by which they are accepted. In short: what decides is a
// signature by a given key; what it decides about is the payload; members that are not
// ours are not looked at; and what contradicts itself is refused, though it would not have
// to be.

// maxSignatures bounds the work that an envelope makes.
const maxSignatures = 64

// bundleTypes are the media types of bundles whose envelope and key are where they are in
// ours. What changed between them is what proves an entry in a log.
var bundleTypes = []string{
	bundleType,
	"application/vnd.dev.sigstore.bundle+json;version=0.3",
	"application/vnd.dev.sigstore.bundle+json;version=0.2",
	"application/vnd.dev.sigstore.bundle+json;version=0.1",
}

// signedPayload is a payload with a key by which it is signed.
type signedPayload struct {
	payload []byte
	key     *PublicKey
}

// openEnvelope verifies a DSSE envelope.
func openEnvelope(text string, keys []*PublicKey) (*signedPayload, error) {
	e, err := readEnvelope([]byte(text))
	if err != nil {
		return nil, notAnEnvelope(err)
	}
	return e.open("", keys)
}

// openBundle verifies a Sigstore bundle by a public key. Entries of a log and timestamps
// may be there, and are not looked at: both would only say when it was signed.
func openBundle(text string, keys []*PublicKey) (*signedPayload, error) {
	hint, e, err := readBundle([]byte(text))
	if err != nil {
		return nil, notABundle(err)
	}
	return e.open(hint, keys)
}

func notAnEnvelope(err error) error { return fmt.Errorf("this is not a DSSE envelope: %w", err) }

func notABundle(err error) error {
	return fmt.Errorf("this is not a Sigstore bundle with a DSSE envelope and a public key: %w", err)
}

// open verifies an envelope; hint is who signed by the bundle around it, "" for nothing.
func (e *foreignEnvelope) open(hint string, keys []*PublicKey) (*signedPayload, error) {
	signers, err := e.signers(hint, keys)
	if err != nil {
		return nil, err
	}
	if named := keyNamed(hint, keys); named != nil && !slices.Contains(signers, named) {
		return nil, words.Errorf("the bundle says that the key %q signed it, and it was %s", hint, signers[0].ID())
	}
	return &signedPayload{e.payload, signers[0]}, nil
}

// readBundle returns the hint of the key, and the envelope.
func readBundle(data []byte) (string, *foreignEnvelope, error) {
	members, err := strictjson.Object(data, "mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature")
	if err != nil {
		return "", nil, err
	}
	mediaType, err := stringOf(members, "mediaType")
	if err != nil {
		return "", nil, err
	}
	if !slices.Contains(bundleTypes, mediaType) {
		return "", nil, words.Errorf("it has the media type %q, expected %q", mediaType, bundleType)
	}
	if isGiven(members["messageSignature"]) {
		return "", nil, errors.New(
			"it has the signature of a file in it (messageSignature), expected a signed statement as cosign attest-blob makes " +
				"it (dsseEnvelope)",
		)
	}
	hint, err := readHint(members["verificationMaterial"])
	if err != nil {
		return "", nil, fmt.Errorf("verificationMaterial: %w", err)
	}
	e, err := readEnvelope(members["dsseEnvelope"])
	if err != nil {
		return "", nil, fmt.Errorf("dsseEnvelope: %w", err)
	}
	return hint, e, nil
}

func readHint(data []byte) (string, error) {
	material, err := strictjson.Object(
		data, "publicKey", "certificate", "x509CertificateChain", "tlogEntries", "timestampVerificationData",
	)
	if err != nil {
		return "", err
	}
	if isGiven(material["certificate"]) || isGiven(material["x509CertificateChain"]) {
		return "", errors.New(
			"it names who signed by a certificate, expected a public key: verify it with cosign, by identity and issuer",
		)
	}
	if !isGiven(material["publicKey"]) {
		return "", errors.New("publicKey is missing")
	}
	key, err := strictjson.Object(material["publicKey"], "hint")
	if err != nil {
		return "", fmt.Errorf("publicKey: %w", err)
	}
	if !isGiven(key["hint"]) {
		return "", nil
	}
	return stringOf(key, "hint")
}

// foreignEnvelope is an envelope as anybody may have made it.
type foreignEnvelope struct {
	payload    []byte
	signatures []foreignSignature
}

type foreignSignature struct {
	keyID string // "" for none
	sig   []byte
}

// readEnvelope reads an envelope of the one type that is known, with at least one
// signature.
func readEnvelope(data []byte) (*foreignEnvelope, error) {
	members, err := strictjson.Object(data, "payload", "payloadType", "signatures")
	if err != nil {
		return nil, err
	}
	given, err := stringOf(members, "payloadType")
	if err != nil {
		return nil, err
	}
	if given != payloadType {
		return nil, words.Errorf("the payload has the type %q, expected %q", given, payloadType)
	}
	e := &foreignEnvelope{}
	if e.payload, err = bytesOf(members, "payload"); err != nil {
		return nil, err
	}
	var signatures []json.RawMessage
	if err := json.Unmarshal(members["signatures"], &signatures); err != nil {
		return nil, errors.New("signatures is missing or not a list")
	}
	if n := len(signatures); n == 0 || n > maxSignatures {
		return nil, fmt.Errorf("there are %d signatures, expected 1 to %d", n, maxSignatures)
	}
	for i, data := range signatures {
		s, err := readSignature(data)
		if err != nil {
			return nil, fmt.Errorf("signatures[%d]: %w", i, err)
		}
		e.signatures = append(e.signatures, s)
	}
	return e, nil
}

func readSignature(data []byte) (foreignSignature, error) {
	members, err := strictjson.Object(data, "keyid", "sig")
	if err != nil {
		return foreignSignature{}, err
	}
	var s foreignSignature
	if s.sig, err = bytesOf(members, "sig"); err != nil {
		return s, err
	}
	if isGiven(members["keyid"]) {
		s.keyID, err = stringOf(members, "keyid")
	}
	return s, err
}

// signers are the keys by which the payload is signed, in the order of the signatures, at
// least one. Every signature is looked at: by which key it is, and whether that is the one
// that it names, if it names one of ours. One that fits none of the keys, and names none,
// is somebody else's.
func (e *foreignEnvelope) signers(hint string, keys []*PublicKey) ([]*PublicKey, error) {
	message := preAuth(payloadType, e.payload)
	hinted := keyNamed(hint, keys)
	var signers []*PublicKey
	for _, s := range e.signatures {
		named := keyNamed(s.keyID, keys)
		signer := keyOf(message, s.sig, keys, named, hinted)
		switch {
		case named != nil && signer == nil:
			return nil, words.Errorf(
				"the signature does not fit what was signed: the envelope says that it is by %q, which is one of the public "+
					"keys, "+
					"so the payload or the signature has been changed since",
				s.keyID,
			)
		case named != nil && named.ID() != signer.ID():
			return nil, words.Errorf("the envelope says that the key %q signed it, and it was %s", s.keyID, signer.ID())
		case signer != nil:
			signers = append(signers, signer)
		}
	}
	if len(signers) == 0 {
		return nil, errors.New(e.unverified(keys))
	}
	return signers, nil
}

// keyOf is the key that made a signature, or nil. The likely ones, which may be nil, are
// tried first: with hundreds of keys, trying all of them would take longest of all.
func keyOf(message, sig []byte, keys []*PublicKey, likely ...*PublicKey) *PublicKey {
	for _, key := range likely {
		if key != nil && key.verify(message, sig) {
			return key
		}
	}
	for _, key := range keys {
		if key.verify(message, sig) {
			return key
		}
	}
	return nil
}

// keyNamed is the key that a key id or hint names in one of the forms that we know, or
// nil: others have other forms. It is not signed, and so is no more than a claim.
func keyNamed(id string, keys []*PublicKey) *PublicKey {
	for _, key := range keys {
		if id == key.ID() || id == key.hint {
			return key
		}
	}
	return nil
}

// unverified says that no key fits, and whose signatures there are, as far as the envelope
// tells.
func (e *foreignEnvelope) unverified(keys []*PublicKey) string {
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.ID()
	}
	given := words.AtMost(ids, maxNamed)
	none := "the signature is by none of the public keys (" + given + ")"
	if n := len(e.signatures); n > 1 {
		none = fmt.Sprintf("none of the %d signatures is by one of the public keys (%s)", n, given)
	}
	var claimed []string
	for _, s := range e.signatures {
		if s.keyID != "" {
			claimed = append(claimed, words.Sprintf("%q", s.keyID))
		}
	}
	if len(claimed) == 0 {
		return none + ", or what was signed has been changed"
	}
	return none + ": the envelope says that it is by " + words.AtMost(claimed, maxNamed)
}

// isGiven reports whether a member is there. For JSON in the form of protocol buffers, null
// is the same as nothing.
func isGiven(value json.RawMessage) bool {
	return len(value) > 0 && !bytes.Equal(value, []byte("null"))
}

// stringOf is a member that is a string.
func stringOf(members map[string]json.RawMessage, name string) (string, error) {
	var s string
	switch value := members[name]; {
	case !isGiven(value):
		return "", errors.New(name + " is missing")
	case json.Unmarshal(value, &s) != nil:
		return "", errors.New(name + " is not a string")
	}
	return s, nil
}

// bytesOf is a member that is bytes in base64.
func bytesOf(members map[string]json.RawMessage, name string) ([]byte, error) {
	s, err := stringOf(members, name)
	if err != nil {
		return nil, err
	}
	b, err := decodeBase64(s)
	if err != nil {
		return nil, fmt.Errorf("%s is %w", name, err)
	}
	return b, nil
}

// decodeBase64 decodes either alphabet, with padding or without. Within each of these forms
// bytes have one spelling: the decoders pass over line ends, and bits at the end that mean
// nothing.
func decodeBase64(s string) ([]byte, error) {
	for _, form := range []*base64.Encoding{
		base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding,
		base64.RawURLEncoding,
	} {
		if b, err := form.DecodeString(s); err == nil && form.EncodeToString(b) == s {
			return b, nil
		}
	}
	return nil, errors.New("not in base64 (RFC 4648, standard or URL-safe, without line ends)")
}

package attest

import (
	"encoding/base64"
	"strconv"
)

// payloadType is the only one that verifiers of in-toto statements accept.
const payloadType = "application/vnd.in-toto+json"

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

// envelope is a DSSE envelope.
type envelope struct {
	Payload     string      `json:"payload"` // base64
	PayloadType string      `json:"payloadType"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	// KeyID is compared with a fingerprint that the verifier makes of its key: any form
	// but the SSH one makes cosign and slsa-verifier skip the signature.
	KeyID string `json:"keyid,omitempty"`
	Sig   string `json:"sig"` // base64
}

// bundle is a Sigstore bundle with a key that the verifier has, and without an entry in
// a transparency log: making one would be a network connection.
type bundle struct {
	DSSEEnvelope         envelope             `json:"dsseEnvelope"`
	MediaType            string               `json:"mediaType"`
	VerificationMaterial verificationMaterial `json:"verificationMaterial"`
}

type verificationMaterial struct {
	PublicKey publicKeyHint `json:"publicKey"`
}

type publicKeyHint struct {
	Hint string `json:"hint"` // the key id of the signature
}

// seal signs a payload.
func seal(payload []byte, key *PrivateKey) (envelope, error) {
	sig, err := key.sign(preAuth(payloadType, payload))
	if err != nil {
		return envelope{}, err
	}
	return newEnvelope(payload, sig, key.Public()), nil
}

// newEnvelope has exactly one signature, since cosign refuses more.
func newEnvelope(payload, sig []byte, key *PublicKey) envelope {
	return envelope{
		Payload: base64.StdEncoding.EncodeToString(payload), PayloadType: payloadType,
		Signatures: []signature{{KeyID: key.ID(), Sig: base64.StdEncoding.EncodeToString(sig)}},
	}
}

func (e envelope) bundle(key *PublicKey) bundle {
	return bundle{
		DSSEEnvelope: e, MediaType: bundleType,
		VerificationMaterial: verificationMaterial{PublicKey: publicKeyHint{Hint: key.ID()}},
	}
}

// preAuth is the pre-authentication encoding of DSSE: what is signed. It has the type in
// it, so that a signature under one type is none under another.
func preAuth(payloadType string, payload []byte) []byte {
	out := []byte("DSSEv1 " + strconv.Itoa(len(payloadType)) + " " + payloadType + " " + strconv.Itoa(len(payload)) + " ")
	return append(out, payload...)
}

package attest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
)

// PublicKey verifies.
type PublicKey struct {
	key  crypto.PublicKey
	id   string
	pem  string
	hint string // that cosign writes into its own bundles
}

// ID is the fingerprint that OpenSSH shows, "SHA256:" and base64: the only form of a
// key id that cosign and slsa-verifier recognise their key by.
func (k *PublicKey) ID() string { return k.id }

// PEM is the key as a PEM block of the type PUBLIC KEY.
func (k *PublicKey) PEM() string { return k.pem }

// ParsePublicKey reads the PEM of one public key.
func ParsePublicKey(text string) (*PublicKey, error) {
	block, err := onlyBlock(text, "public")
	if err != nil {
		return nil, err
	}
	var key any
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY",
		"ENCRYPTED COSIGN PRIVATE KEY", "OPENSSH PRIVATE KEY":
		return nil, errors.New(
			"this is a private key, expected a public one; a private key that was written into a configuration is no longer " +
				"private: replace it",
		)
	case "CERTIFICATE":
		return nil, errors.New("this is a certificate, expected the public key in it: openssl x509 -pubkey -noout prints it")
	default:
		return nil, errors.New("this is not a public key in PEM, expected a block of the type PUBLIC KEY")
	}
	if err != nil {
		return nil, errors.New(
			"the public key cannot be read: it is damaged, or of a kind that is not supported, expected " + keyKinds,
		)
	}
	return newPublicKey(key)
}

// newPublicKey accepts the kinds of keys that sign here.
func newPublicKey(key crypto.PublicKey) (*PublicKey, error) {
	var wire []byte
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() && k.Curve != elliptic.P384() {
			return nil, fmt.Errorf("the key is on the curve %s, expected P-256 or P-384", k.Curve.Params().Name)
		}
		point, err := k.Bytes()
		if err != nil {
			return nil, errors.New("the key is not a point of its curve")
		}
		curve := map[elliptic.Curve]string{elliptic.P256(): "nistp256", elliptic.P384(): "nistp384"}[k.Curve]
		wire = sshWire([]byte("ecdsa-sha2-"+curve), []byte(curve), point)
	case ed25519.PublicKey:
		wire = sshWire([]byte("ssh-ed25519"), k)
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return nil, fmt.Errorf("the RSA key has %d bits, expected %d to %d", bits, minRSABits, maxRSABits)
		}
		wire = sshWire([]byte("ssh-rsa"), sshInteger(big.NewInt(int64(k.E))), sshInteger(k.N))
	default:
		return nil, errors.New("the key is of a kind that is not supported, expected " + keyKinds)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, errors.New("the public key cannot be written as PEM")
	}
	sum, hint := sha256.Sum256(wire), sha256.Sum256(der)
	return &PublicKey{
		key:  key,
		id:   "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]),
		pem:  string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		hint: base64.StdEncoding.EncodeToString(hint[:]),
	}, nil
}

// verify reports whether the key made a signature of a message.
func (k *PublicKey) verify(message, sig []byte) bool {
	digest := sha256.Sum256(message)
	switch key := k.key.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest[:], sig)
	case ed25519.PublicKey:
		return ed25519.Verify(key, message, sig)
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], sig) == nil
	}
	return false
}

// sshWire is the form of a public key that OpenSSH makes fingerprints of (RFC 4253,
// 5656, 8709): its parts, each after its length.
func sshWire(parts ...[]byte) []byte {
	var out []byte
	for _, part := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part))) // no part of a key is that long
		out = append(out, part...)
	}
	return out
}

// sshInteger is a positive integer in that form: a leading bit of 1 would make it
// negative.
func sshInteger(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) > 0 && b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return b
}
